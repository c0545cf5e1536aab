#include "streams/manage/delete_stream.h"

#include "cloudflare/api.h"
#include "edge/all.h"
#include "edge/retry.h"
#include "mux/api.h"
#include "streams/store/store.h"

#include <algorithm>
#include <set>

namespace streams {

namespace {

bool gone(const auto& outcome) { return !outcome && outcome.error().kind == edge::error_kind::not_found; }

// What our facts know of: more than a provider lists, where it no longer knows the live input.
std::set<std::string> known_recordings(const stream_record& stream, recording_source source) {
  std::set<std::string> ids;
  for (const recording& each : stream.broadcasts.recordings())
    if (each.source == source) ids.insert(each.id);
  return ids;
}

// A recording that still grows cannot be deleted, so the broadcast is ended first; and the live input goes
// last, since without it nothing lists its recordings.
edge::task<edge::status> delete_videos(cloudflare::api& api, const stream_record& stream,
                                       const std::string& input, std::vector<removed_recording>& removed) {
  auto disabled = co_await attempt(api.update_live_input(input, {.enabled = false}));
  if (!disabled && !gone(disabled)) co_return std::unexpected(disabled.error());
  auto listed = co_await attempt(api.list_videos(input));
  if (!listed && !gone(listed)) co_return std::unexpected(listed.error());
  auto ids = known_recordings(stream, recording_source::cloudflare);
  if (listed)
    for (const cloudflare::video& each : *listed) ids.insert(each.id);
  for (const std::string& id : ids) {
    co_await api.delete_video(id);
    removed.push_back({recording_source::cloudflare, id});
  }
  co_return {};
}

edge::task<edge::status> delete_at_cloudflare(cloudflare::api& api, const stream_record& stream,
                                              const std::string& input,
                                              std::vector<removed_recording>& removed) {
  removed.clear();
  if (stream.desired.recordings_deleted()) co_await delete_videos(api, stream, input, removed);
  co_await api.delete_live_input(input);
  co_return {};
}

edge::task<edge::status> delete_assets(mux::api& api, const stream_record& stream,
                                       const std::string& live_stream,
                                       std::vector<removed_recording>& removed) {
  auto disabled = co_await attempt(api.disable_live_stream(live_stream));
  if (!disabled && !gone(disabled)) co_return disabled;
  auto ids = known_recordings(stream, recording_source::mux);
  for (const mux::asset& each : co_await api.list_assets_of_live_stream(live_stream)) ids.insert(each.id);
  for (const std::string& id : ids) {
    co_await api.delete_asset(id);
    removed.push_back({recording_source::mux, id});
  }
  co_return {};
}

edge::task<edge::status> delete_at_mux(mux::api& api, const stream_record& stream,
                                       const std::string& live_stream,
                                       std::vector<removed_recording>& removed) {
  removed.clear();
  if (stream.desired.recordings_deleted()) co_await delete_assets(api, stream, live_stream, removed);
  co_await api.delete_live_stream(live_stream);
  co_return {};
}

} // namespace

edge::task<removal> remove_stream(edge::host& host, const settings& with, const stream_record& stream,
                                  edge::timestamp deadline) {
  std::vector<removed_recording> videos;
  std::vector<removed_recording> assets;
  auto at_cloudflare = [&] -> edge::task<edge::status> {
    if (!stream.cloudflare) co_return {};
    cloudflare::api api{host, with.cloudflare, deadline};
    co_await edge::retry(host, deadline, [&] {
      return delete_at_cloudflare(api, stream, stream.cloudflare->live_input_id, videos);
    });
    co_return {};
  };
  auto at_mux = [&] -> edge::task<edge::status> {
    if (!stream.mux) co_return {};
    if (!with.mux) co_return std::unexpected(settings::no_mux());
    mux::api api{host, *with.mux, deadline};
    co_await edge::retry(host, deadline,
                         [&] { return delete_at_mux(api, stream, stream.mux->live_stream_id, assets); });
    co_return {};
  };
  auto [cloudflare, mux] = co_await edge::all(at_cloudflare(), at_mux());
  removal result{.recordings = std::move(videos)};
  std::ranges::move(assets, std::back_inserter(result.recordings));
  if (!cloudflare) result.cloudflare = cloudflare.error();
  if (!mux) result.mux = mux.error();
  if (!result.done()) co_return result;
  auto removed = co_await attempt(store{host, deadline}.streams.remove_in_order(stream));
  if (!removed) result.store = removed.error();
  co_return result;
}

edge::task<void> remove_facts(edge::host& host, stream_record stream) {
  constexpr std::chrono::seconds budget{10};
  store from{host, host.now() + budget};
  co_await from.facts.remove_all(stream);
}

} // namespace streams
