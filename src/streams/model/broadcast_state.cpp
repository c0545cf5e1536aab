// The fold of facts, and a broadcast state in its stream's record. broadcast_status.cpp answers what follows
// from it.
#include "streams/model/broadcast_state.h"

#include "providers/stored_time.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace streams {

namespace {

auto place_of(const recording& which) { return std::tie(which.source, which.id); }

} // namespace

recording& broadcast_state::recording_of(recording_source source, const std::string& id) {
  recording wanted{.source = source, .id = id, .playback = {}, .duration = {}, .end = {}};
  auto place = std::ranges::lower_bound(recordings_, place_of(wanted), {}, place_of);
  if (place == recordings_.end() || place_of(*place) != place_of(wanted)) {
    place = recordings_.insert(place, wanted);
  }
  return *place;
}

void broadcast_state::fold(const mux::fact& said) {
  newest_fact_.join(said.at, {});
  using enum mux::fact_kind;
  switch (said.kind) {
  case stream_active:
    active_.join(said.at, {});
    fed_.join(said.at, {});
    break;
  case stream_connected:
  case stream_recording: fed_.join(said.at, {}); break;
  case stream_disconnected: lost_.join(said.at, {}); break;
  case stream_idle: idle_.join(said.at, {}); break;
  case stream_disabled:
  case stream_deleted: refused_.join(said.at, {}); break;
  case stream_warning:
  case asset_warning: mux_warning_.join(said.at, said.error.value_or("unknown")); break;
  case stream_enabled:
  // Facts about recordings, handled below.
  case asset_created:
  case asset_ready:
  case asset_completed:
  case asset_errored:
  case asset_deleted: break;
  }
  if (!said.asset_id) {
    return;
  }

  recording& asset = recording_of(recording_source::mux, *said.asset_id);
  asset.begun = std::min(asset.begun, said.started_at.value_or(said.at));
  // A recording's last event may lack its playback id.
  if (said.playback) {
    asset.playback.join(said.at, said.playback->id);
  }
  // An asset is "ready" ten seconds into a broadcast; it is complete only once it is no longer live.
  const bool whole = said.kind == asset_completed || (said.kind == asset_ready && said.is_live == false);
  if (whole) {
    asset.end.join(said.at, recording_state::ready);
  }
  if (whole && said.duration) {
    asset.duration.join(said.at, *said.duration);
  }
  if (said.kind == asset_errored) {
    asset.end.join(said.at, recording_state::failed);
    asset.reason.join(said.at, said.error.value_or("unknown"));
  }
  if (said.kind == asset_deleted) {
    asset.end.join(said.at, recording_state::deleted);
  }
}

void broadcast_state::fold(const cloudflare::fact& said) {
  newest_fact_.join(said.at, {});
  using enum cloudflare::fact_kind;
  if (said.kind == input_connected) {
    connected_.join(said.at, {});
  }
  if (said.kind == input_disconnected) {
    disconnected_.join(said.at, {});
  }
  if (said.kind == input_errored) {
    errored_.join(said.at, {});
  }
  if (said.kind == input_errored && said.error_code) {
    ingest_error_.join(said.at, *said.error_code);
  }
  if (!said.video_id) {
    return;
  }

  recording& video = recording_of(recording_source::cloudflare, *said.video_id);
  video.begun = std::min(video.begun, said.created.value_or(said.at));
  if (said.hls_url) {
    video.playback.join(said.at, *said.hls_url);
  }
  if (said.kind == video_ready) {
    video.end.join(said.at, recording_state::ready);
  }
  if (said.kind == video_ready && said.duration) {
    video.duration.join(said.at, *said.duration);
  }
  if (said.kind == video_failed) {
    video.end.join(said.at, recording_state::failed);
    video.reason.join(said.at, said.error_code.value_or("unknown"));
  }
  if (said.kind == video_deleted) {
    video.end.join(said.at, recording_state::deleted);
  }
}

void broadcast_state::fold(const change& known) {
  if (known.moved) {
    latest<transfer> said;
    said.join(known.at, *known.moved);
    return fold(said);
  }
  if (known.made) {
    recording& of = recording_of(known.made->source, known.made->recording_id);
    of.begun = std::min(of.begun, known.at);
    return of.file.join(known.at, known.made->file);
  }
  if (known.removed) {
    recording& of = recording_of(known.removed->source, known.removed->recording_id);
    of.begun = std::min(of.begun, known.at);
    of.end.join(known.at, recording_state::deleted);
    return of.removed.join(known.at, known.removed->is_done);
  }
  if (known.kind == change_kind::stopped || known.kind == change_kind::ended) {
    newest_fact_.join(known.at, {});
    stopped_.join(known.at, {});
    return;
  }
  const bool ended = known.kind == change_kind::publishing_ended;
  if (!ended && known.kind != change_kind::publishing_begun) {
    return;
  }
  newest_fact_.join(known.at, {});
  session_.join(known.session.begun, {.id = known.session.id,
                                      .ended = ended ? std::optional{known.at} : std::nullopt,
                                      .relay = known.session.relay});
}

// Only known ones. What a transfer says about its recording follows from it.
void broadcast_state::fold(const latest<transfer>& said) {
  transfers_.join(said);
  if (said.value().is_recording()) {
    said.value().tell(recording_of(said.value().to, said.value().id), said.at());
  }
}

void broadcast_state::join(const broadcast_state& other) {
  join_registers(registers, *this, other);
  for (const latest<transfer>& each : other.transfers_.all()) {
    fold(each);
  }
  for (const recording& each : other.recordings_) {
    recording_of(each.source, each.id).join(each);
  }
}

void write_register(json::object& to, std::string_view name, const latest<broadcast_state::session>& from) {
  if (from) {
    to.set(name, json::object()
                     .set("begun", edge::to_microseconds(from.at()))
                     .set("id", from.value().id)
                     .set_if("ended", from.value().ended.transform(edge::to_microseconds))
                     .set_if("relay",
                             from.value().relay.empty() ? std::nullopt : std::optional{from.value().relay}));
  }
}

void read_register(const json::value& from, latest<broadcast_state::session>& to) {
  auto begun = providers::stored_time(from["begun"]);
  auto id = from["id"].text();
  if (begun && id) {
    to.join(*begun, {.id = std::string{*id},
                     .ended = providers::stored_time(from["ended"]),
                     .relay = from["relay"].text_or_empty()});
  }
}

json::object broadcast_state::to_json() const {
  json::object to;
  write_registers(registers, to, *this);
  json::array recordings;
  for (const recording& each : recordings_) {
    recordings.add(each.to_json());
  }
  to.set("recordings", std::move(recordings));
  if (!transfers_.all().empty()) {
    json::array transfers;
    for (const latest<transfer>& each : transfers_.all()) {
      transfers.add(time_and_value(each.at(), each.value().to_json()));
    }
    to.set("transfers", std::move(transfers));
  }
  return to;
}

std::optional<broadcast_state> broadcast_state::from_json(const json::value& from) {
  if (!from.is_object()) {
    return std::nullopt;
  }
  broadcast_state to;
  read_registers(registers, from, to);
  // Older records have only the code.
  if (to.ingest_error_) {
    to.errored_.join(to.ingest_error_.at(), {});
  }
  for (const json::value& each : from["recordings"].elements()) {
    auto read = recording::from_json(each);
    if (!read) {
      return std::nullopt;
    }
    to.recording_of(read->source, read->id).join(*read);
  }
  for (const json::value& each : from["transfers"].elements()) {
    const auto at = time_in(each);
    auto read = transfer::from_json(each.at(1));
    if (at && read) {
      latest<transfer> said;
      said.join(*at, *std::move(read));
      to.fold(said);
    }
  }
  return to;
}

} // namespace streams
