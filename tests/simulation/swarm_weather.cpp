#include "simulation/swarm_weather.h"

#include <chrono>

namespace simulation {

namespace {

constexpr std::uint32_t steps_between_outages = 30;
constexpr std::uint32_t longest_outage_in_minutes = 120;
constexpr std::uint32_t longest_wait_in_ms = 12'000;
constexpr std::uint32_t largest_skew_in_ms = 120'000;

bool is_call(std::string_view operation) {
  return operation.starts_with("GET") || operation.starts_with("P") || operation.starts_with("DELETE");
}

} // namespace

void swarm_weather::set_clocks() {
  for (std::size_t place = 0; place < places; ++place) {
    const std::string name = "clock-" + std::to_string(place);
    if (strikes(name, 4)) {
      clocks_.at(place) =
          edge::milliseconds{static_cast<int>(ledger_.drawn(name + " how").below(2 * largest_skew_in_ms)) -
                             static_cast<int>(largest_skew_in_ms)};
    }
  }
}

bool swarm_weather::strikes(const std::string& name, std::uint32_t once_in) {
  return !is_clear_ && ledger_.drawn(name).one_in(once_in) && ledger_.happens(name);
}

void swarm_weather::turn(const std::string& step) {
  const std::string name = "outage-" + step;
  if (outage_ && outage_->until <= around_.now()) {
    outage_.reset();
  }
  if (outage_ || !strikes(name, steps_between_outages)) {
    return;
  }
  dice chance = ledger_.drawn(name + " how");
  const std::chrono::minutes length{1 + chance.below(longest_outage_in_minutes)};
  outage_ = {.provider = chance.one_in(2) ? "mux" : "cloudflare", .until = around_.now() + length};
  ledger_.tell(name + ": " + outage_->provider + " is down for " + std::to_string(length.count()) +
               " minutes");
}

void swarm_weather::clear() {
  is_clear_ = true;
  outage_.reset();
}

bool swarm_weather::is_down(std::string_view operation) const {
  return outage_ && outage_->until > around_.now() && is_call(operation) &&
         operation.contains(outage_->provider);
}

fate swarm_weather::fate_of(const std::string& request, std::size_t number, const std::string& operation,
                            std::uint32_t failing, std::uint32_t killing) {
  if (is_down(operation)) {
    return fate::unavailable_before;
  }
  const std::string name = request + ":" + std::to_string(number);
  dice chance = ledger_.drawn(name);
  fate what = fate::succeeds;
  if (killing != 0 && chance.one_in(killing)) {
    what = chance.one_in(2) ? fate::kills_before : fate::kills_after;
  } else if (failing != 0 && chance.one_in(failing)) {
    const bool is_late = is_call(operation) && chance.one_in(failures.size());
    what = is_late ? fate::late : failures[chance.below(failures.size())];
  }
  if (what == fate::succeeds || !ledger_.happens(name)) {
    return fate::succeeds;
  }
  ledger_.tell("    " + name + " " + operation + " " + std::string{name_of(what)});
  return what;
}

course swarm_weather::course_of(const std::string& name) {
  dice chance = ledger_.drawn(name + " course");
  const bool is_bad = !is_clear_ && chance.one_in(3);
  const std::uint32_t failing = is_bad ? 4U << chance.below(4) : 0;
  const std::uint32_t killing = is_bad && chance.one_in(3) ? 8U << chance.below(3) : 0;
  const bool is_slow = is_bad && chance.one_in(3);
  course how;
  how.place = chance.below(places);
  how.skew = clocks_.at(how.place);
  how.fate_of = [this, name, failing, killing](std::size_t number, const std::string& operation) {
    return is_clear_ ? fate::succeeds : fate_of(name, number, operation, failing, killing);
  };
  how.latency = [chance, is_slow]() mutable {
    return edge::milliseconds{is_slow && chance.one_in(4) ? chance.below(longest_wait_in_ms)
                                                          : 5 + chance.below(300)};
  };
  how.survives_its_worker = [chance]() mutable { return chance.one_in(2); };
  how.rings_twice = strikes(name + "-twice", 20);
  return how;
}

} // namespace simulation
