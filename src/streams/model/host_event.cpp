#include "streams/model/host_event.h"

#include "providers/stored_time.h"
#include "streams/model/names.h"
#include "streams/model/stream_id.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <tuple>
#include <utility>

namespace streams {

namespace {

using namespace std::chrono_literals;

constexpr names<event_type, 5> event_type_names{{{event_type::live, "stream.live"},
                                                 {event_type::ended, "stream.ended"},
                                                 {event_type::recording_ready, "recording.ready"},
                                                 {event_type::recording_failed, "recording.failed"},
                                                 {event_type::warning, "stream.warning"}}};

constexpr names<delivery_state, 4> delivery_state_names{{{delivery_state::pending, "pending"},
                                                         {delivery_state::delivered, "delivered"},
                                                         {delivery_state::refused, "refused"},
                                                         {delivery_state::failed, "failed"}}};

// As Standard Webhooks recommends, but the first is so long that the store shows the first attempt by then.
constexpr std::array<std::chrono::seconds, told_event::most_attempts - 1> waits{100s, 10min, 30min, 2h, 5h,
                                                                                10h,  14h,   20h,   22h};

constexpr std::size_t most_kept_attempts = 20;
constexpr std::size_t most_kept_events = 100;
constexpr std::chrono::days kept{7};

auto order_of(const told_event& which) { return std::tie(which.what.at, which.what.type, which.what.of); }

} // namespace

std::string_view name_of(event_type type) { return name_in(event_type_names, type); }
std::string_view name_of(delivery_state state) { return name_in(delivery_state_names, state); }

std::string_view host_event::part(std::size_t number) const {
  std::string_view rest = of;
  for (; number > 0; --number) {
    const std::size_t colon = rest.find(':');
    rest = colon == std::string_view::npos ? std::string_view{} : rest.substr(colon + 1);
  }
  return rest.substr(0, rest.find(':'));
}

std::string id_of(const host_event& event, std::string_view stream_id) {
  return "evt_" + digest_of_parts({stream_id, name_of(event.type), event.of});
}

std::size_t told_event::tries() const {
  return static_cast<std::size_t>(std::ranges::count(attempts, false, &delivery_attempt::by_hand));
}

const delivery_attempt* told_event::last_try() const {
  const delivery_attempt* last = nullptr;
  for (const delivery_attempt& each : attempts) {
    last = each.by_hand ? last : &each;
  }
  return last;
}

delivery_state told_event::state() const {
  if (std::ranges::any_of(attempts, &delivery_attempt::is_success)) {
    return delivery_state::delivered;
  }
  const delivery_attempt* last = last_try();
  if (last && last->answer == "410") {
    return delivery_state::refused;
  }
  return tries() < most_attempts ? delivery_state::pending : delivery_state::failed;
}

// Up to a tenth longer, so that what failed together is not tried again together.
std::optional<edge::timestamp> told_event::next_attempt() const {
  if (state() != delivery_state::pending) {
    return std::nullopt;
  }
  const delivery_attempt* last = last_try();
  if (!last) {
    return what.at;
  }
  const auto wait = waits.at(tries() - 1);
  const auto at = last->at;
  return at + wait + wait * (edge::to_microseconds(at) / 1000 % 100) / 1000;
}

void told_event::join(const told_event& other) {
  what.at = std::min(what.at, other.what.at);
  for (const delivery_attempt& each : other.attempts) {
    const auto place = std::ranges::lower_bound(attempts, each);
    if (place == attempts.end() || *place != each) {
      attempts.insert(place, each);
    }
  }
  shorten();
}

void told_event::shorten() {
  while (attempts.size() > most_kept_attempts) {
    edge::timestamp success{};
    for (const delivery_attempt& each : attempts) {
      success = each.is_success() ? each.at : success;
    }
    const auto worth = [&](const delivery_attempt& each) {
      return std::tuple{each.is_success() && each.at == success, !each.by_hand};
    };
    attempts.erase(std::ranges::min_element(attempts, {}, worth));
  }
}

json::object told_event::to_json() const {
  json::array tries;
  for (const delivery_attempt& each : attempts) {
    json::array one;
    one.add(edge::to_microseconds(each.at)).add(each.answer);
    if (each.by_hand) {
      one.add(true);
    }
    tries.add(std::move(one));
  }
  json::object to;
  to.set("type", name_of(what.type))
      .set("of", what.of)
      .set("at", edge::to_microseconds(what.at))
      .set("tries", std::move(tries));
  return to;
}

std::optional<told_event> told_event::from_json(const json::value& from) {
  const auto type = named_in(event_type_names, from["type"].text());
  const auto of = from["of"].text();
  const auto at = providers::stored_time(from["at"]);
  if (!type || !of || !at) {
    return std::nullopt;
  }
  told_event to{.what = {.type = *type, .of = std::string{*of}, .at = *at}};
  for (const json::value& each : from["tries"].elements()) {
    const auto tried = providers::stored_time(each.at(0));
    if (tried && each.at(1).text()) {
      to.join({.what = to.what,
               .attempts = {{.at = *tried,
                             .answer = each.at(1).text_or_empty(),
                             .by_hand = each.at(2).boolean().value_or(false)}}});
    }
  }
  return to;
}

bool told_events::forgets(edge::timestamp at) const {
  return !all_.empty() &&
         (at + kept < all_.back().what.at || (all_.size() >= most_kept_events && at < all_.front().what.at));
}

void told_events::join(const told_event& said) {
  told_event known = said;
  const auto before = std::ranges::find_if(all_, [&](const auto& each) { return each.what.is(said.what); });
  if (before != all_.end()) {
    known.join(*before);
    all_.erase(before);
  }
  all_.insert(std::ranges::lower_bound(all_, order_of(known), {}, order_of), std::move(known));
  // What is forgotten comes first.
  std::size_t forgotten = all_.size() - std::min(all_.size(), most_kept_events);
  while (all_[forgotten].what.at + kept < all_.back().what.at) {
    ++forgotten;
  }
  all_.erase(all_.begin(), all_.begin() + static_cast<std::ptrdiff_t>(forgotten));
}

void told_events::join(const told_events& other) {
  for (const told_event& each : other.all_) {
    join(each);
  }
}

const told_event* told_events::find(const host_event& event) const {
  const auto found = std::ranges::find_if(all_, [&](const auto& each) { return each.what.is(event); });
  return found == all_.end() ? nullptr : &*found;
}

const host_event* told_events::newest(event_type type) const {
  const host_event* found = nullptr;
  for (const told_event& each : all_) {
    if (each.what.type == type) {
      found = &each.what;
    }
  }
  return found;
}

json::array told_events::to_json() const {
  json::array to;
  for (const told_event& each : all_) {
    to.add(each.to_json());
  }
  return to;
}

told_events told_events::from_json(const json::value& from) {
  told_events to;
  for (const json::value& each : from.elements()) {
    if (const auto read = told_event::from_json(each)) {
      to.join(*read);
    }
  }
  return to;
}

} // namespace streams
