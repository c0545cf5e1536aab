// Workers KV, as consistent as it is for a single writing and reading location: keys with values, metadata
// and an expiry, within the platform's limits.
#pragma once

#include "edge/clock.h"
#include "edge/operation.h"
#include "simulation/quirks.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
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

  // The reason for KV to refuse, or empty if the value was written.
  std::optional<std::string> put(const edge::operation::kv_put& what, edge::timestamp now);
  void remove(const edge::operation::kv_remove& what);
  [[nodiscard]] edge::operation::kv_get::result get(const edge::operation::kv_get& what,
                                                    edge::timestamp now) const;
  [[nodiscard]] edge::operation::kv_list::result list(const edge::operation::kv_list& what,
                                                      edge::timestamp now) const;

  void swap(model_store& other) { entries_.swap(other.entries_); }

  [[nodiscard]] const std::map<std::string, entry, std::less<>>& entries() const { return entries_; }
  [[nodiscard]] bool has(std::string_view key) const { return entries_.contains(key); }
  // The keys with that prefix.
  [[nodiscard]] std::vector<std::string> keys(std::string_view prefix) const;

private:
  const quirks& quirks_;
  std::map<std::string, entry, std::less<>> entries_;
};

} // namespace simulation
