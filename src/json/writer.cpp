// The tree behind json::object and json::array: the only place that includes nlohmann/json. For the sources
// of this folder only.
//
// With exceptions off, nlohmann/json aborts or misreads in four cases. None can be reached from here:
//   1. get<T>() of another type aborts: nothing is ever read from a tree, only written and dumped;
//   2. dump() of text that is not UTF-8 aborts: dump() here asks for replacement;
//   3. dump() recurses, and a deep tree overflows the stack: a tree knows its depth, and one that would
//   become
//      deeper than max_depth is not attached;
//   4. its parser takes NUL for the end of the text: it is never called, json::document parses.
#include "json/writer.h"

#define JSON_NOEXCEPTION 1
#define JSON_NO_IO 1
#define JSON_USE_IMPLICIT_CONVERSIONS 0
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

namespace json {

struct node {
  static constexpr int max_depth = 64;

  nlohmann::ordered_json tree;
  int depth = 1; // arrays and objects on the longest way down, this one included

  // Takes the empty object or array to start from.
  static node_ptr make(nlohmann::ordered_json empty) {
    return node_ptr(std::make_unique<node>(std::move(empty)).release());
  }

  // Gives what an item holds, ready to be attached below this tree; counts it into the depth.
  nlohmann::ordered_json take(item what);

  std::string dump() const {
    return tree.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  }
};

// How the things that can be written become nodes of the tree.

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

// json::array on nlohmann's ordered tree.

void array::append(item what) {
  if (!tree_) {
    tree_ = node::make(nlohmann::ordered_json::array());
  }
  tree_->tree.push_back(tree_->take(std::move(what)));
}

std::string array::dump() const { return tree_ ? tree_->dump() : "[]"; }

// json::object on nlohmann's ordered tree.

void object::put(std::string_view name, item what) {
  if (!tree_) {
    tree_ = node::make(nlohmann::ordered_json::object());
  }
  tree_->tree[std::string(name)] = tree_->take(std::move(what));
}

std::string object::dump() const { return tree_ ? tree_->dump() : "{}"; }

} // namespace json
