// How the things that can be written become nodes of the tree.
#include "json/item.h"

#include "json/array.h"
#include "json/node.h"
#include "json/object.h"

#include <algorithm>

namespace json {

void node_deleter::operator()(node* tree) const noexcept { std::default_delete<node>()(tree); }

item::item(const std::vector<std::string>& texts) {
  array inner;
  for (const std::string& text : texts) {
    inner.add(text);
  }
  *this = item(std::move(inner));
}

// An object or array in which nothing was ever set has no tree yet.
item::item(object&& inner) noexcept
    : content_(inner.tree_ ? std::move(inner.tree_) : node::make(nlohmann::ordered_json::object())) {}

item::item(array&& inner) noexcept
    : content_(inner.tree_ ? std::move(inner.tree_) : node::make(nlohmann::ordered_json::array())) {}

nlohmann::ordered_json node::take(item what) {
  return std::visit(
      [this]<typename T>(T& content) -> nlohmann::ordered_json {
        if constexpr (!std::same_as<T, node_ptr>) {
          return content;
        } else if (content->depth >= max_depth) {
          return nullptr;
        } else {
          depth = std::max(depth, content->depth + 1);
          return std::move(content->tree);
        }
      },
      what.content_);
}

} // namespace json
