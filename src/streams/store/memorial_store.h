// Who may stream for a memorial. The host application keeps this up to date. Any signed-in user may stream
// for a memorial that it never registered.
#pragma once

#include "streams/store/kv.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace streams {

struct memorial {
  // Subjects of tokens.
  std::string owner;
  std::optional<std::string> funeral_director = {};
  std::vector<std::string> videographers = {};

  // Whether this user may create streams for it and manage those of others.
  [[nodiscard]] bool admits(std::string_view subject) const;

  [[nodiscard]] std::string to_text() const;
  // Nullopt for a text that to_text does not write.
  static std::optional<memorial> from_text(std::string_view text);
};

class memorial_store {
public:
  explicit memorial_store(kv store) : kv_(store) {}

  // Writes the whole memorial: of two concurrent writes, one wins.
  edge::task<edge::status> put(std::string_view memorial_id, const memorial& what);
  edge::task<edge::status> remove(std::string_view memorial_id);
  edge::task<edge::outcome<std::optional<memorial>>> get(std::string_view memorial_id);
  // Up to 100 memorials, in the order of the ids; nullopt for an unknown one.
  edge::task<edge::outcome<std::vector<std::optional<memorial>>>>
  get_all(const std::vector<std::string>& memorial_ids);

private:
  kv kv_;
};

} // namespace streams
