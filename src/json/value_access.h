// How json::value's two words become simdjson's element and back. For the sources of this folder only: it
// pulls in simdjson's header.
#pragma once

#include "json/value.h"

#include <bit>
#include <simdjson.h>
#include <type_traits>

namespace json {

struct value_access {
  // An element is a pointer to its document and an index into its tape, and simdjson offers no other way to
  // keep one than as itself.
  static_assert(std::is_trivially_copyable_v<simdjson::dom::element>);
  static_assert(sizeof(simdjson::dom::element) == sizeof(value::place_));

  static simdjson::dom::element element(const value& from) noexcept {
    return std::bit_cast<simdjson::dom::element>(from.place_);
  }

  static value view(simdjson::dom::element from) noexcept {
    value result;
    result.place_ = std::bit_cast<decltype(value::place_)>(from);
    return result;
  }

  // What simdjson found, or an absent value for whatever reason it found nothing.
  static value view(simdjson::simdjson_result<simdjson::dom::element> found) noexcept {
    simdjson::dom::element element;
    return found.get(element) == simdjson::SUCCESS ? view(element) : value();
  }
};

} // namespace json
