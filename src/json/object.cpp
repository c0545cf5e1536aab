// json::object on nlohmann's ordered tree.
#include "json/object.h"

#include "json/node.h"

namespace json {

void object::put(std::string_view name, item what) {
  if (!tree_) {
    tree_ = node::make(nlohmann::ordered_json::object());
  }
  tree_->tree[std::string(name)] = tree_->take(std::move(what));
}

std::string object::dump() const { return tree_ ? tree_->dump() : "{}"; }

} // namespace json
