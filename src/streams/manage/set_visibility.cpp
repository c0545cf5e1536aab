#include "streams/manage/set_visibility.h"

#include "cloudflare/api.h"
#include "crypto/hex.h"
#include "crypto/sha256.h"
#include "edge/retry.h"
#include "mux/api.h"
#include "providers/rest_client.h"
#include "streams/store/store.h"

#include <string>
#include <utility>
#include <vector>

namespace streams {

namespace {

// What copies and uploads made there.
std::vector<std::string> made_at(const stream_record& stream, recording_source source) {
  std::vector<std::string> ids;
  for (const latest<transfer>& each : stream.broadcasts.transfers()) {
    const transfer& made = each.value();
    if (made.to == source && !made.id.empty() && made.state != transfer_state::gone) {
      ids.push_back(made.id);
    }
  }
  return ids;
}

// The new playback id at Mux is stored before the old one goes, so that a repetition finds what is left.
edge::task<edge::status> apply(edge::host& host, const settings& with, stream_record& stream,
                               edge::timestamp deadline) {
  const bool is_private = stream.is_private();
  if (stream.cloudflare) {
    cloudflare::api api{host, with.cloudflare, deadline};
    const std::string& input = stream.cloudflare->live_input_id;
    const auto changed = co_await attempt(api.protect_live_input(input, is_private, !stream.desired.ended()));
    if (changed ? changed->require_signed_urls != is_private : !is_not_found(changed)) {
      co_return std::unexpected(
          changed ? providers::malformed("change who may watch the Cloudflare live input") : changed.error());
    }
    for (const cloudflare::video& each : co_await api.list_videos(input)) {
      co_await api.protect_video(each.id, is_private);
    }
    // Copies and uploads are not in that list.
    for (const std::string& id : made_at(stream, recording_source::cloudflare)) {
      co_await api.protect_video(id, is_private);
    }
  }
  if (!stream.mux || !with.mux) {
    co_return {};
  }
  mux::api api{host, *with.mux, deadline};
  const auto policy = policy_for(stream.current_visibility());
  std::vector<mux::asset> assets = co_await api.list_assets_of_live_stream(stream.mux->live_stream_id);
  for (const std::string& id : made_at(stream, recording_source::mux)) {
    auto found = co_await attempt(api.get_asset(id));
    if (!found && !is_not_found(found)) {
      co_return std::unexpected(found.error());
    }
    if (found) {
      assets.push_back(*std::move(found));
    }
  }
  for (const mux::asset& each : assets) {
    if (!each.playback || each.playback->policy == policy) {
      continue;
    }
    auto made = co_await api.add_playback_id(each.id, policy);
    const mux::fact said{.event_id =
                             "policy-" + crypto::hex_encode(crypto::sha256::of(made.id)).substr(0, 32),
                         .kind = mux::fact_kind::asset_created,
                         .at = host.now(),
                         .live_stream_id = stream.mux->live_stream_id,
                         .asset_id = each.id,
                         .playback = std::move(made),
                         .started_at = each.started_at ? each.started_at : each.created_at};
    co_await store{host, deadline}.facts.put(stream.id, said);
    stream.broadcasts.fold(said);
    co_await api.remove_playback_id(each.id, each.playback->id);
  }
  co_return {};
}

} // namespace

bool can_change_visibility(const stream_record& stream, const settings& with) {
  return !stream.mux || (stream.desired.ended() && with.mux);
}

edge::task<edge::status> apply_visibility(edge::host& host, const settings& with, stream_record& stream,
                                          edge::timestamp deadline) {
  return edge::retry(host, deadline,
                     [&host, &with, &stream, deadline] { return apply(host, with, stream, deadline); });
}

} // namespace streams
