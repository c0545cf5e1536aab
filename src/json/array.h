// A JSON array being written (RFC 8259). std::string body = json::array().add(1).add("two").dump();
#pragma once

#include "json/item.h"

#include <string>
#include <utility>

namespace json {

class array {
public:
  // Appends an element. See json::item for what can be written, and object::set for the depth.
  template <typename Self>
  Self&& add(this Self&& self, item what) {
    self.append(std::move(what));
    return std::forward<Self>(self);
  }

  // The JSON text, without white space, in UTF-8. Never fails.
  [[nodiscard]] std::string dump() const;

private:
  friend class item;

  void append(item what);

  node_ptr tree_; // null while nothing has been added
};

} // namespace json
