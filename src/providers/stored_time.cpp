#include "providers/stored_time.h"

namespace providers {

std::optional<edge::timestamp> stored_time(const json::value& from) {
  constexpr edge::timestamp first = std::chrono::sys_days{std::chrono::year{0} / 1 / 1};
  constexpr edge::timestamp end = std::chrono::sys_days{std::chrono::year{10000} / 1 / 1};
  const auto time = from.integer().transform(edge::from_microseconds);
  return time && first <= *time && *time < end ? time : std::nullopt;
}

} // namespace providers
