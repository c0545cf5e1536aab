// Who may stream for a memorial. The host application keeps this up to date; a memorial that it never told of
// is anybody's who is signed in.
#pragma once

#include "streams/store/kv.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace streams {

struct memorial {
  std::string owner; // the subject of a token, as all of these
  std::optional<std::string> funeral_director = {};
  std::vector<std::string> videographers = {};

  // Whether somebody may make streams for it, and manage those that others made.
  [[nodiscard]] bool admits(std::string_view subject) const;

  [[nodiscard]] std::string to_text() const;
  // Nothing for a text that to_text does not write.
  static std::optional<memorial> from_text(std::string_view text);
};

class memorial_store {
public:
  explicit memorial_store(kv store) : kv_(store) {}

  // Writes the whole memorial: of two concurrent writes, one wins.
  edge::task<edge::status> put(std::string_view memorial_id, const memorial& what);
  edge::task<edge::status> remove(std::string_view memorial_id);
  edge::task<edge::outcome<std::optional<memorial>>> get(std::string_view memorial_id);

private:
  kv kv_;
};

} // namespace streams
