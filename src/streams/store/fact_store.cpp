#include "streams/store/fact_store.h"

#include "cloudflare/error_codes.h"
#include "json/reader.h"
#include "json/writer.h"

#include <optional>
#include <type_traits>

namespace streams {

namespace {

// Providers resend a webhook for up to three days. The fold has long been written by then.
constexpr std::chrono::seconds fact_lifetime = std::chrono::days{30};
// Cloudflare says it again at each broadcast that it refuses.
constexpr std::chrono::hours alarm_lifetime{24};

} // namespace

edge::task<edge::status> fact_store::put(std::string_view stream_id, const mux::fact& said) {
  return kv_.put(keys::mux_fact(stream_id, said.event_id), "", said.to_metadata(), fact_lifetime);
}

edge::task<edge::status> fact_store::put(std::string_view stream_id, const cloudflare::fact& said) {
  if (said.error_code && cloudflare::is_operators(*said.error_code)) {
    kv_.host().log(json::object().set("error", "cloudflare").set("code", *said.error_code).dump());
    std::string raised =
        json::object().set("code", *said.error_code).set("at", edge::to_microseconds(said.at)).dump();
    (void)co_await attempt(kv_.put_once(std::string{keys::alarm}, std::move(raised), alarm_lifetime));
  }
  co_return co_await attempt(
      kv_.put(keys::cloudflare_fact(stream_id, said.event_id), "", said.to_metadata(), fact_lifetime));
}

edge::task<edge::outcome<std::optional<operator_alarm>>> fact_store::alarm() {
  const auto text = co_await kv_.get(std::string{keys::alarm});
  const auto parsed = json::document::parse(text.value_or(""));
  const auto code = parsed ? parsed->root()["code"].text() : std::nullopt;
  if (!code) {
    co_return std::nullopt;
  }
  co_return operator_alarm{.code = std::string{*code},
                           .raised = edge::from_microseconds(parsed->root()["at"].integer().value_or(0))};
}

edge::task<edge::status> fact_store::end_alarm(const broadcast_state& after) {
  const recording* newest = after.newest_ready(recording_source::cloudflare);
  if (!newest) {
    co_return {};
  }
  const auto raised = co_await alarm();
  if (raised && raised->raised < newest->begun) {
    co_await kv_.remove(std::string{keys::alarm});
  }
  co_return {};
}

edge::task<edge::status> fact_store::put(std::string_view stream_id, const change& asked, std::string value) {
  std::string text = asked.to_metadata();
  // A record may be written again long after its deletion, so that stays.
  const bool stays = asked.kind == change_kind::deleted;
  return kv_.put(keys::facts(stream_id) + asked.id, value.empty() ? asked.to_value() : std::move(value), text,
                 stays ? std::chrono::seconds{} : fact_lifetime);
}

edge::task<edge::outcome<stream_facts>> fact_store::fold(std::string_view stream_id) {
  stream_facts known;
  std::optional<change> unread;
  co_await for_each(stream_id, [&](const auto& said) {
    known.fold(said);
    if constexpr (std::is_same_v<decltype(said), const change&>) {
      const bool has_no_text = said.kind == change_kind::described && !said.text;
      if (has_no_text && (!unread || unread->at < said.at)) {
        unread = said;
      }
    }
  });
  const auto& described = known.desired.description();
  if (unread && (!described || described.at() < unread->at)) {
    // Without it, the other facts count all the same; the next fold reads it.
    const auto value = co_await attempt(kv_.get(keys::facts(stream_id).append(unread->id)));
    if (const auto whole = change::from_metadata(value ? value->value_or("") : "")) {
      known.fold(*whole);
    }
  }
  co_return known;
}

edge::task<void> fact_store::remove_below(std::string prefix) {
  std::string cursor;
  do {
    auto page = co_await attempt(kv_.list(prefix, std::move(cursor)));
    if (!page) {
      co_return;
    }
    for (auto& entry : page->entries) {
      if (keys::last_part(entry.key) != name_of(change_kind::deleted)) {
        (void)co_await attempt(kv_.remove(std::move(entry.key)));
      }
    }
    cursor = std::move(page->cursor);
  } while (!cursor.empty());
}

edge::task<void> fact_store::remove_all(const stream_record& of) {
  co_await remove_below(keys::facts(of.id));
  co_await remove_below(keys::invites(of.id));
  if (of.cloudflare) {
    co_await remove_below(keys::facts(of.cloudflare->live_input_id));
  }
}

} // namespace streams
