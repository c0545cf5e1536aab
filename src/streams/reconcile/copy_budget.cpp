#include "streams/reconcile/copy_budget.h"

#include "json/number.h"
#include "streams/model/change.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

namespace streams {

edge::task<edge::outcome<bool>> is_within_day(reconcile_round& round, const transfer& what,
                                              edge::timestamp now) {
  const auto most = round.settings().copy_minutes_per_day;
  if (!most) {
    co_return true;
  }
  const auto day = std::chrono::floor<std::chrono::days>(now).time_since_epoch().count();
  const std::string prefix = "copies/" + json::decimal(day) + '/';
  const std::string name = prefix + change::of(what, now).id;
  std::int64_t minutes = std::chrono::ceil<std::chrono::minutes>(what.duration).count();
  const std::string own = json::decimal(minutes);
  co_await round.store().kv.for_each(prefix, [&](const auto& each) {
    minutes += each.key == name ? 0 : json::integer_of(each.metadata).value_or(0);
  });
  if (std::cmp_greater(minutes, *most)) {
    co_return false;
  }
  co_await round.store().kv.put(name, "", own, std::chrono::days{2});
  co_return true;
}

} // namespace streams
