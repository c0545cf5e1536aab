#include "streams/store/fact_store.h"

#include "cloudflare/error_codes.h"
#include "edge/all.h"
#include "json/writer.h"

namespace streams {

namespace {

// Providers resend a webhook for up to three days. The fold has long been written by then.
constexpr std::chrono::seconds fact_lifetime = std::chrono::days{30};
// Cloudflare says it again at each broadcast that it refuses.
constexpr std::chrono::hours alarm_lifetime{1};

} // namespace

edge::task<edge::status> fact_store::put(const mux::fact& said) {
  return kv_.put(keys::mux_facts(said.live_stream_id) + said.event_id, "", said.to_metadata(), fact_lifetime);
}

edge::task<edge::status> fact_store::put(const cloudflare::fact& said) {
  if (said.error_code && cloudflare::is_operators(*said.error_code)) {
    kv_.host().log(json::object().set("error", "cloudflare").set("code", *said.error_code).dump());
    (void)co_await attempt(kv_.put_once(std::string{keys::alarm}, *said.error_code, alarm_lifetime));
  }
  std::string resource = said.live_input_id.value_or("unknown");
  co_return co_await attempt(
      kv_.put(keys::cloudflare_facts(resource) + said.event_id, "", said.to_metadata(), fact_lifetime));
}

edge::task<edge::status> fact_store::put(std::string_view stream_id, const change& asked) {
  std::string text = asked.to_metadata();
  // A record may be written again long after its deletion, so that stays.
  const bool stays = asked.kind == change_kind::deleted;
  return kv_.put(keys::changes(stream_id) + asked.id, text, text,
                 stays ? std::chrono::seconds{} : fact_lifetime);
}

edge::task<edge::outcome<broadcast_state>> fact_store::fold_broadcasts(const stream_record& of) {
  broadcast_state state = of.broadcasts;
  auto at_mux = of.mux.transform([](const auto& side) { return keys::mux_facts(side.live_stream_id); });
  auto at_cloudflare =
      of.cloudflare.transform([](const auto& side) { return keys::cloudflare_facts(side.live_input_id); });
  auto [mux, cloudflare] = co_await edge::all(kv_.fold<mux::fact>(std::move(at_mux), state),
                                              kv_.fold<cloudflare::fact>(std::move(at_cloudflare), state));
  co_await std::move(mux);
  co_await std::move(cloudflare);
  co_return state;
}

edge::task<edge::outcome<own_facts>> fact_store::fold_changes(const stream_record& of) {
  own_facts known;
  co_await kv_.fold<change>(keys::changes(of.id), known);
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
  co_await remove_below(keys::changes(of.id));
  co_await remove_below(keys::invites(of.id));
  if (of.cloudflare) {
    co_await remove_below(keys::cloudflare_facts(of.cloudflare->live_input_id));
  }
  if (of.mux) {
    co_await remove_below(keys::mux_facts(of.mux->live_stream_id));
  }
}

} // namespace streams
