// A parsed value, written again: without white space, and with one way to escape each text.
#pragma once

#include "json/reader.h"
#include "json/writer.h"

#include <string>
#include <utility>

namespace fuzz {

inline std::string canonical(const json::value& from) {
  if (from.is_object()) {
    json::object to;
    for (const json::member& each : from.members()) {
      const std::string inner = canonical(each.value);
      to.set(each.name, json::written{inner});
    }
    return std::move(to).dump();
  }
  if (from.is_array()) {
    json::array to;
    for (const json::value& each : from.elements()) {
      const std::string inner = canonical(each);
      to.add(json::written{inner});
    }
    return std::move(to).dump();
  }
  if (const auto number = from.number()) {
    return std::string{*number};
  }
  if (const auto truth = from.boolean()) {
    return *truth ? "true" : "false";
  }
  if (const auto text = from.text()) {
    std::string list = json::array().add(*text).dump();
    return list.substr(1, list.size() - 2);
  }
  return "null";
}

} // namespace fuzz
