// A JSON object being written (RFC 8259): members appear in the order in which they were first set.
// std::string body = json::object().set("id", id).set("count", 3).set("inner", std::move(inner)).dump();
#pragma once

#include "json/item.h"

#include <string>
#include <string_view>
#include <utility>

namespace json {

class object {
public:
  // Writes a member; a name set before gets the new value in its old place. See json::item for what can be
  // written. An object or array is moved in; one that would nest deeper than array and object allow (64)
  // becomes null. Gives the object back, to go on setting.
  template <typename Self>
  Self&& set(this Self&& self, std::string_view name, item what) {
    self.put(name, std::move(what));
    return std::forward<Self>(self);
  }

  // The same where there is a value; without one the member is left out (where set would write null).
  template <typename Self, optional_value T>
  Self&& set_if(this Self&& self, std::string_view name, T&& maybe) {
    if (maybe) {
      self.put(name, item(*std::forward<T>(maybe)));
    }
    return std::forward<Self>(self);
  }

  // The JSON text, without white space, in UTF-8. Never fails.
  [[nodiscard]] std::string dump() const;

private:
  friend class item;

  void put(std::string_view name, item what);

  node_ptr tree_; // null while nothing has been set
};

} // namespace json
