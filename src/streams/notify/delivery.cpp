#include "streams/notify/delivery.h"

#include "crypto/standard_webhook.h"
#include "edge/lease.h"
#include "json/number.h"
#include "json/writer.h"
#include "streams/model/recording_check.h"
#include "streams/notify/implied_events.h"
#include "streams/settings/settings.h"
#include "streams/store/store.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace streams {

namespace {

// Standard Webhooks recommends 15 to 30 s. The platform ends what runs 30 s after an answer.
constexpr std::chrono::seconds longest_call{15};
constexpr std::chrono::seconds longest_run{20};
constexpr std::chrono::seconds store_budget{10};
// Nobody reads the answer's body.
constexpr std::uint32_t answer_limit = 1024 * 1024;

void describe_broadcast(json::object& to, const host_event& event) {
  const auto begun = json::integer_of(event.of);
  to.set("startedAt",
         begun ? std::optional{edge::format_timestamp(edge::from_microseconds(*begun))} : std::nullopt);
  if (event.type == event_type::ended) {
    to.set("endedAt", edge::format_timestamp(event.at));
  }
}

void describe_recording(json::object& to, const host_event& event, const stream_record& stream) {
  const std::string_view id = event.part(1);
  to.set("recordingId", id).set("source", event.part(0));
  const auto& all = stream.broadcasts.recordings();
  const auto found = std::ranges::find_if(
      all, [&](const recording& each) { return each.id == id && name_of(each.source) == event.part(0); });
  if (found == all.end()) {
    return;
  }
  to.set("origin", name_of(found->origin)).set("startedAt", edge::format_timestamp(found->begun));
  if (event.type == event_type::recording_ready) {
    to.set("duration", found->duration ? std::optional{found->duration.value()} : std::nullopt);
  } else {
    to.set("detail", describe_failure(*found));
  }
}

void describe_warning(json::object& to, const host_event& event, const stream_record& stream,
                      edge::timestamp now) {
  to.set("code", event.part(0))
      .set("source", event.part(1).empty() ? std::nullopt : std::optional{event.part(1)});
  const auto all = warnings_of(stream, now);
  const auto found = std::ranges::find_if(
      all, [&](const warning& each) { return each.code == event.part(0) && each.source == event.part(1); });
  to.set("detail", found == all.end() ? std::nullopt : std::optional{found->detail});
}

// Without credentials and addresses: the receiver asks for what it may see.
std::string body_of(const host_event& event, const stream_record& stream, edge::timestamp now) {
  json::object data;
  data.set("streamId", stream.id).set("memorialId", stream.memorial_id).set("title", stream.current_title());
  switch (event.type) {
  case event_type::live:
  case event_type::ended: describe_broadcast(data, event); break;
  case event_type::recording_ready:
  case event_type::recording_failed: describe_recording(data, event, stream); break;
  case event_type::warning: describe_warning(data, event, stream, now); break;
  }
  return json::object()
      .set("type", name_of(event.type))
      .set("timestamp", edge::format_timestamp(event.at))
      .set("data", std::move(data))
      .dump();
}

edge::operation::fetch call_of(const event_settings& with, const stream_record& stream,
                               const host_event& event, edge::timestamp now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  const std::string id = id_of(event, stream.id);
  edge::operation::fetch call{.method = "POST",
                              .url = with.url,
                              .headers = {},
                              .body = body_of(event, stream, now),
                              .timeout = longest_call,
                              .body_limit = answer_limit};
  call.headers.add("Content-Type", "application/json");
  call.headers.add("webhook-id", id);
  call.headers.add("webhook-timestamp", json::decimal(seconds));
  call.headers.add("webhook-signature", crypto::sign_standard_webhook(id, seconds, call.body, with.keys));
  return call;
}

// The attempt that only one of several folds makes. Two that know different beginnings of one broadcast imply
// two events, so the first attempt is named after the broadcast that was told before.
std::string turn_of(const stream_record& stream, const told_event& due) {
  const bool is_of_broadcast = due.what.type == event_type::live || due.what.type == event_type::ended;
  if (!is_of_broadcast || !due.attempts.empty()) {
    return id_of(due.what, stream.id).append("-").append(json::decimal(due.tries()));
  }
  const host_event* before = stream.told.newest(due.what.type);
  return std::string{stream.id}
      .append("-")
      .append(name_of(due.what.type))
      .append("-")
      .append(before ? before->of : "");
}

// No other request has it, which is all that a holder must be: a run may deliver more events than it has
// random bytes for. Takes a copy, so that what is drawn later stays as it is.
std::string make_holder(edge::entropy random) {
  constexpr std::uint32_t any = 0xffffffff;
  const std::uint32_t first = random.below(any);
  return json::decimal(first) + '-' + json::decimal(random.below(any));
}

// Whether nobody else makes this attempt. The lease outlasts the time that the store needs to show the
// attempt. If it cannot be reached, an event may arrive twice.
edge::task<bool> has_turn(edge::host& host, const stream_record& stream, const told_event& due) {
  if (!host.settings().find("LEASES")) {
    co_return true;
  }
  constexpr edge::milliseconds held = settings::longest_request;
  edge::lease lease{host, turn_of(stream, due), make_holder(host.random())};
  const auto found = co_await attempt(lease.acquire("deliver", "", held, held));
  co_return !found || lease.has(*found);
}

} // namespace

std::optional<edge::timestamp> next_delivery(const edge::host& host, const stream_record& stream) {
  std::optional<edge::timestamp> next;
  if (!event_settings::read(host.settings()) || stream.desired.deleted()) {
    return next;
  }
  for (const told_event& each : pending_events(stream, host.now())) {
    const auto at = each.next_attempt();
    next = next ? std::min(next, at) : at;
  }
  return next;
}

edge::task<bool> deliver_events(edge::host& host, stream_record& stream) {
  const auto with = event_settings::read(host.settings());
  const edge::timestamp begun = host.now();
  if (!with || stream.desired.deleted()) {
    co_return true;
  }
  // A receiver that does not answer ends the run: what it was sent before does not hold back what is new.
  std::vector<told_event> pending = pending_events(stream, begun);
  std::ranges::stable_partition(pending, [](const told_event& each) { return each.attempts.empty(); });
  // Somebody else tells its beginning, perhaps another one: its end waits until that is known.
  std::string_view others;
  for (const told_event& each : pending) {
    const edge::timestamp next = each.next_attempt().value_or(edge::timestamp::max());
    const bool is_due = next <= host.now() && host.now() < begun + longest_run;
    if (!is_due || each.what.of == others) {
      continue;
    }
    if (!co_await has_turn(host, stream, each)) {
      others = each.what.of;
      continue;
    }
    if (!co_await deliver(host, *with, stream, each.what, false)) {
      co_return false;
    }
  }
  co_return true;
}

edge::task<bool> deliver(edge::host& host, const event_settings& with, stream_record& stream,
                         host_event event, bool by_hand) {
  const edge::timestamp now = host.now();
  const auto outcome =
      co_await attempt(host.fetch("events", call_of(with, stream, event, now), now + longest_call));
  const std::string answer =
      outcome ? json::decimal(outcome->status) : std::string{name_of(outcome.error().kind)};
  const told_event tried{.what = std::move(event), .attempts = {{now, answer, by_hand}}};
  stream.told.join(tried);
  store to{host, host.now() + store_budget};
  (void)co_await attempt(to.facts.put(stream.id, change::of(tried, now)));
  co_return outcome.has_value();
}

} // namespace streams
