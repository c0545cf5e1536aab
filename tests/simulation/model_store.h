// Workers KV: keys with values, metadata and an expiry, within the platform's limits. It is as consistent as
// it is for a single location, or stale as it is for several.
#pragma once

#include "edge/clock.h"
#include "edge/operation.h"
#include "simulation/quirks.h"

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace simulation {

class model_store {
public:
  struct entry {
    std::string value;
    std::string metadata;
    std::optional<edge::timestamp> expires;
  };

  explicit model_store(const quirks& faults) : quirks_(faults) {}

  // From now on several places read and write it: each sees for up to a minute what it saw before, absent
  // keys and lists included, but its own writes at once; a key takes one write per second; some pages are
  // empty.
  void spread() { is_spread_ = true; }
  // Whether the key takes a write now.
  [[nodiscard]] bool takes(const std::string& key, edge::timestamp now) const;

  // The reason for KV to refuse, or empty if the value was written.
  std::optional<std::string> put(const edge::operation::kv_put& what, edge::timestamp now,
                                 std::size_t place = 0);
  void remove(const edge::operation::kv_remove& what, edge::timestamp now = {}, std::size_t place = 0);
  edge::operation::kv_get::result get(const edge::operation::kv_get& what, edge::timestamp now,
                                      std::size_t place);
  edge::operation::kv_list::result list(const edge::operation::kv_list& what, edge::timestamp now,
                                        std::size_t place);

  [[nodiscard]] const std::map<std::string, entry, std::less<>>& entries() const { return entries_; }
  [[nodiscard]] bool has(std::string_view key) const { return entries_.contains(key); }
  // The keys with that prefix.
  [[nodiscard]] std::vector<std::string> keys(std::string_view prefix) const;

private:
  template <class What>
  struct seen {
    What what;
    edge::timestamp until;
  };
  // What one place saw: keys, and pages by their prefix and cursor.
  struct place_cache {
    std::map<std::string, seen<std::optional<entry>>> keys;
    std::map<std::pair<std::string, std::string>, seen<edge::operation::kv_list::result>> pages;
  };

  void note_write(const std::string& key, edge::timestamp now, std::size_t place);
  [[nodiscard]] std::optional<entry> look_up(const std::string& key) const;
  [[nodiscard]] edge::operation::kv_list::result page_of(const edge::operation::kv_list& what,
                                                         edge::timestamp now) const;

  const quirks& quirks_;
  std::map<std::string, entry, std::less<>> entries_;
  bool is_spread_ = false;
  std::map<std::size_t, place_cache> places_;
  std::map<std::string, edge::timestamp> written_; // when the key was last written or removed
  std::size_t lists_ = 0;
};

} // namespace simulation
