// json::array on nlohmann's ordered tree.
#include "json/array.h"

#include "json/node.h"

namespace json {

void array::append(item what) {
  if (!tree_) {
    tree_ = node::make(nlohmann::ordered_json::array());
  }
  tree_->tree.push_back(tree_->take(std::move(what)));
}

std::string array::dump() const { return tree_ ? tree_->dump() : "[]"; }

} // namespace json
