#include "streams/manage/delete_stream.h"

#include "cloudflare/api.h"
#include "edge/all.h"
#include "edge/retry.h"
#include "json/writer.h"
#include "mux/api.h"
#include "streams/publish/livekit.h"
#include "streams/store/store.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <set>

namespace streams {

namespace {

// The recordings that facts mention: a provider that has lost the live input no longer lists them. If the
// others are to stay, only those that somebody had deleted before.
std::set<std::string, std::less<>> known_recordings(const stream_record& stream, recording_source source) {
  const bool all = stream.desired.recordings_deleted();
  std::set<std::string, std::less<>> ids;
  for (const recording& each : stream.broadcasts.recordings()) {
    if (each.source == source && (all || each.is_being_removed())) {
      ids.insert(each.id);
    }
  }
  if (!all) {
    return ids;
  }
  // And what was made or is uploaded, and is no recording yet.
  for (const latest<transfer>& each : stream.broadcasts.transfers().all()) {
    if (each.value().to == source && !each.value().id.empty()) {
      ids.insert(each.value().id);
    }
  }
  return ids;
}

// A recording that is still growing cannot be deleted, so this ends the broadcast first. The live input goes
// last, because its recordings are listed under it. `deleted` holds the recordings of the last try.
edge::task<edge::status> delete_at_cloudflare(edge::host& host, const settings& with,
                                              const stream_record& stream, edge::timestamp deadline,
                                              std::vector<deleted_recording>& deleted) {
  deleted.clear();
  if (!stream.cloudflare) {
    co_return {};
  }
  cloudflare::api api{host, with.cloudflare, deadline};
  const std::string& input = stream.cloudflare->live_input_id;
  auto ids = known_recordings(stream, recording_source::cloudflare);
  if (stream.desired.recordings_deleted()) {
    auto disabled = co_await attempt(api.disable_live_input(input));
    if (!disabled && !is_not_found(disabled)) {
      co_return std::unexpected(disabled.error());
    }
    auto listed = co_await attempt(api.list_videos(input));
    if (!listed && !is_not_found(listed)) {
      co_return std::unexpected(listed.error());
    }
    if (listed) {
      for (const cloudflare::video& each : *listed) {
        ids.insert(each.id);
      }
    }
  }
  for (const std::string& id : ids) {
    co_await api.delete_video(id);
    deleted.push_back({recording_source::cloudflare, id});
  }
  co_await api.delete_live_input(input);
  co_return {};
}

edge::task<edge::status> delete_at_mux(edge::host& host, const settings& with, const stream_record& stream,
                                       edge::timestamp deadline, std::vector<deleted_recording>& deleted) {
  deleted.clear();
  // Without Mux in the settings nothing can be deleted there, now or later: see left_at_mux.
  if (!stream.mux || !with.mux) {
    co_return {};
  }
  mux::api api{host, *with.mux, deadline};
  const std::string& live_stream = stream.mux->live_stream_id;
  auto ids = known_recordings(stream, recording_source::mux);
  if (stream.desired.recordings_deleted()) {
    auto disabled = co_await attempt(api.disable_live_stream(live_stream));
    if (!disabled && !is_not_found(disabled)) {
      co_return disabled;
    }
    for (const mux::asset& each : co_await api.list_assets_of_live_stream(live_stream)) {
      ids.insert(each.id);
    }
  }
  for (const std::string& id : ids) {
    co_await api.delete_asset(id);
    deleted.push_back({recording_source::mux, id});
  }
  co_await api.delete_live_stream(live_stream);
  co_return {};
}

edge::task<edge::status> delete_at_livekit(edge::host& host, const settings& with,
                                           const stream_record& stream, edge::timestamp deadline) {
  if (stream.ingest != ingest_plan::livekit) {
    co_return {};
  }
  co_return unless_refused(host, co_await attempt(remove_ingresses(host, with, stream.id, deadline)));
}

} // namespace

edge::task<delete_stream_result> delete_stream(edge::host& host, const settings& with,
                                               const stream_record& stream, edge::timestamp deadline) {
  delete_stream_result result;
  std::vector<deleted_recording> assets;
  auto [cloudflare, mux, livekit] = co_await edge::all(
      edge::retry(host, deadline,
                  [&] { return delete_at_cloudflare(host, with, stream, deadline, result.recordings); }),
      edge::retry(host, deadline, [&] { return delete_at_mux(host, with, stream, deadline, assets); }),
      edge::retry(host, deadline, [&] { return delete_at_livekit(host, with, stream, deadline); }));
  std::ranges::move(assets, std::back_inserter(result.recordings));
  result.left_at_mux = stream.mux && !with.mux;
  if (result.left_at_mux) {
    host.log(json::object().set("warning", "left at Mux").dump());
  }
  if (!cloudflare) {
    result.cloudflare = cloudflare.error();
  }
  if (!mux) {
    result.mux = mux.error();
  }
  if (!livekit) {
    result.livekit = livekit.error();
  }
  if (result.failure()) {
    co_return result;
  }
  auto removed = co_await attempt(store{host, deadline}.streams.remove_in_order(stream));
  if (!removed) {
    result.store = removed.error();
  }
  co_return result;
}

edge::task<void> remove_facts(edge::host& host, stream_record stream) {
  constexpr std::chrono::seconds budget{10};
  store from{host, host.now() + budget};
  co_await from.facts.remove_all(stream);
}

} // namespace streams
