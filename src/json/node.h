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
#pragma once

#include <memory>
#include <string>
#include <utility>

#define JSON_NOEXCEPTION 1
#define JSON_NO_IO 1
#define JSON_USE_IMPLICIT_CONVERSIONS 0
#include "json/item.h"

#include <nlohmann/json.hpp>

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

} // namespace json
