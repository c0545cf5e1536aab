#include "streams/manage/set_visibility.h"

#include "cloudflare/api.h"
#include "crypto/hex.h"
#include "crypto/sha256.h"
#include "edge/retry.h"
#include "mux/api.h"
#include "providers/rest_client.h"
#include "streams/model/recording_check.h"
#include "streams/store/store.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace streams {

namespace {

// What copies and uploads made there.
std::vector<transfer> made_at(const stream_record& stream, recording_source source) {
  std::vector<transfer> made;
  for (const latest<transfer>& each : stream.broadcasts.transfers().all()) {
    if (each.value().to == source && !each.value().id.empty() && each.value().state != transfer_state::gone) {
      made.push_back(each.value());
    }
  }
  return made;
}

edge::task<edge::status> apply_at_cloudflare(edge::host& host, const settings& with,
                                             const stream_record& stream, edge::timestamp deadline) {
  const bool is_private = stream.is_private();
  cloudflare::api api{host, with.cloudflare, deadline};
  if (stream.cloudflare) {
    const std::string& input = stream.cloudflare->live_input_id;
    const auto changed = co_await attempt(api.protect_live_input(input, is_private, !stream.desired.ended()));
    if (changed ? changed->require_signed_urls != is_private : !is_not_found(changed)) {
      co_return std::unexpected(
          changed ? providers::malformed("change who may watch the Cloudflare live input") : changed.error());
    }
    for (const cloudflare::video& each : co_await api.list_videos(input)) {
      co_await api.protect_video(each.id, is_private);
    }
  }
  // Copies and uploads are not in that list, and a stream at Mux has copies at Cloudflare, too.
  for (const transfer& each : made_at(stream, recording_source::cloudflare)) {
    co_await api.protect_video(each.id, is_private);
  }
  co_return {};
}

// The new playback id at Mux is stored before the old one goes, so that a repetition finds what is left.
class change_at_mux {
public:
  change_at_mux(edge::host& host, const mux::settings& with, stream_record& stream, edge::timestamp deadline)
      : host_(host), store_(host, deadline), api_(host, with, deadline), stream_(stream),
        policy_(policy_for(stream.current_visibility())) {}

  edge::task<edge::status> of_broadcasts() {
    if (!stream_.mux) {
      co_return {};
    }
    const std::string& live_stream = stream_.mux->live_stream_id;
    for (const mux::asset& each : co_await api_.list_assets_of_live_stream(live_stream)) {
      auto made = co_await new_playback(each);
      if (!made) {
        continue;
      }
      const mux::fact said{.event_id =
                               "policy-" + crypto::hex_encode(crypto::sha256::of(made->id)).substr(0, 32),
                           .kind = mux::fact_kind::asset_created,
                           .at = host_.now(),
                           .live_stream_id = live_stream,
                           .asset_id = each.id,
                           .playback = std::move(made),
                           .started_at = each.started_at ? each.started_at : each.created_at};
      co_await store_.facts.put(stream_.id, said);
      stream_.broadcasts.fold(said);
      co_await remove_old(each);
    }
    co_return {};
  }

  // Copies belong to no live stream, so their transfers say where they play.
  edge::task<edge::status> of_copies() {
    std::vector<transfer> copies = made_at(stream_, recording_source::mux);
    for (transfer& each : copies) {
      const auto found = co_await attempt(api_.get_asset(each.id));
      if (!found && !is_not_found(found)) {
        co_return std::unexpected(found.error());
      }
      const auto made = found ? co_await new_playback(*found) : std::nullopt;
      if (!made) {
        continue;
      }
      each.playback = made->id;
      const change said = change::of(each, host_.now());
      co_await store_.facts.put(stream_.id, said);
      stream_.broadcasts.fold(said);
      co_await remove_old(*found);
    }
    co_return {};
  }

private:
  // Nullopt if nothing else plays it. One that was added before a change was cut off is taken.
  edge::task<edge::outcome<std::optional<mux::playback_id>>> new_playback(const mux::asset& of) {
    const auto old = [this](const mux::playback_id& each) { return each.policy != policy_; };
    if (std::ranges::none_of(of.playback_ids, old)) {
      co_return std::nullopt;
    }
    const auto made = std::ranges::find_if_not(of.playback_ids, old);
    if (made != of.playback_ids.end()) {
      co_return *made;
    }
    co_return co_await api_.add_playback_id(of.id, policy_);
  }

  edge::task<edge::status> remove_old(const mux::asset& of) {
    for (const mux::playback_id& each : of.playback_ids) {
      if (each.policy != policy_) {
        co_await api_.remove_playback_id(of.id, each.id);
      }
    }
    co_return {};
  }

  edge::host& host_;
  store store_;
  mux::api api_;
  stream_record& stream_;
  mux::playback_policy policy_;
};

edge::task<edge::status> apply(edge::host& host, const settings& with, stream_record& stream,
                               edge::timestamp deadline) {
  co_await apply_at_cloudflare(host, with, stream, deadline);
  if (with.mux) {
    change_at_mux change{host, *with.mux, stream, deadline};
    co_await change.of_broadcasts();
    co_await change.of_copies();
  }
  co_return {};
}

} // namespace

bool can_change_visibility(const stream_record& stream, const settings& with) {
  return with.mux ? stream.desired.ended() || (!stream.mux && !awaits_backup(stream)) : !stream.mux;
}

edge::task<edge::status> apply_visibility(edge::host& host, const settings& with, stream_record& stream,
                                          edge::timestamp deadline) {
  return edge::retry(host, deadline,
                     [&host, &with, &stream, deadline] { return apply(host, with, stream, deadline); });
}

} // namespace streams
