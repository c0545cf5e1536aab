// Who may stream for a memorial. The host application keeps this up to date. Any signed-in user may stream
// for a memorial that it never registered.
#pragma once

#include "streams/store/kv.h"

#include <map>
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
  // Those of up to 100 memorials that are known, by their ids.
  edge::task<edge::outcome<std::map<std::string, memorial>>> get_all(std::vector<std::string> memorial_ids);

private:
  kv kv_;
};

} // namespace streams
