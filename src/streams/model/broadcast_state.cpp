#include "streams/model/broadcast_state.h"

#include "cloudflare/api.h"
#include "mux/api.h"

#include <algorithm>
#include <tuple>

namespace streams {

namespace {

constexpr std::chrono::seconds dropout_window{cloudflare::api::dropout_window_seconds};
constexpr std::chrono::seconds reconnect_window{mux::api::reconnect_window_seconds};
// How long after the last fact a recording may first be reported: several times the usual delay.
constexpr std::chrono::minutes recording_delay{5};
// An error that comes without a code so soon after one with a code is the same one, told otherwise.
constexpr std::chrono::minutes same_error{2};
// Mux accepts no longer broadcast. A session whose end was never reported is over by then.
constexpr std::chrono::hours longest_session{12};

auto place_of(const recording& which) { return std::tie(which.source, which.id); }

} // namespace

std::string_view name_of(stream_status status) {
  switch (status) {
  case stream_status::ready: return "ready";
  case stream_status::live: return "live";
  case stream_status::completed: return "completed";
  }
  __builtin_trap();
}

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

// When the last broadcast to Cloudflare ended. Nullopt while it may still go on, and without one.
std::optional<edge::timestamp> broadcast_state::cloudflare_end(edge::timestamp now) const {
  if (!connected_) {
    return std::nullopt;
  }
  if (auto stop = session_stop(); stop && cloudflare_tells_of_session()) {
    return stop;
  }
  for (const recording& each : recordings_) {
    auto ended =
        each.source == recording_source::cloudflare && each.is_live_recording() ? each.ended() : std::nullopt;
    if (ended && *ended >= connected_.at()) {
      return ended;
    }
  }
  // After an error nothing of the encoder is used until it connects again.
  edge::timestamp gone{};
  if (disconnected_) {
    gone = disconnected_.at();
  }
  if (errored_) {
    gone = std::max(gone, errored_.at());
  }
  if (gone < connected_.at()) {
    return std::nullopt;
  }
  const bool ended_at_mux = idle_ && idle_.at() + clock_difference >= gone;
  return ended_at_mux || now >= gone + dropout_window ? std::optional{gone} : std::nullopt;
}

bool broadcast_state::cloudflare_live(edge::timestamp now) const {
  return connected_ && !cloudflare_end(now);
}

// When the phone ended the newest session, or was cut off; nullopt if it did neither.
std::optional<edge::timestamp> broadcast_state::session_stop() const {
  if (!session_) {
    return std::nullopt;
  }
  const auto& ended = session_.value().ended;
  return ended || !stopped_ || stopped_.at() < session_.at() ? ended : std::optional{stopped_.at()};
}

// Whether Cloudflare's last connection belongs to the newest session.
bool broadcast_state::cloudflare_tells_of_session() const {
  if (!session_ || !connected_ || connected_.at() + clock_difference < session_.at()) {
    return false;
  }
  auto ended = session_stop();
  return !ended || connected_.at() <= *ended + clock_difference;
}

// When the newest session ended; nullopt while it may still go on. If the phone did not end it, Cloudflare's
// report of this session counts, and failing that a later disconnect. A disconnect within the first minute
// may be a late report about the connection before.
std::optional<edge::timestamp> broadcast_state::session_end(edge::timestamp now) const {
  edge::timestamp begun = session_.at();
  if (auto stop = session_stop()) {
    return stop;
  }
  if (now >= begun + longest_session) {
    return begun + longest_session;
  }
  if (cloudflare_tells_of_session()) {
    return cloudflare_end(now);
  }
  if (disconnected_ && disconnected_.at() >= begun + dropout_window) {
    return disconnected_.at();
  }
  const bool at_mux = active_ && active_.at() + clock_difference >= begun;
  if (at_mux && idle_ && idle_.at() >= active_.at()) {
    return idle_.at();
  }
  if (at_mux && refused_ && refused_.at() >= active_.at()) {
    return refused_.at();
  }
  return std::nullopt;
}

bool broadcast_state::session_live(edge::timestamp now) const { return session_ && !session_end(now); }

bool broadcast_state::mux_live(edge::timestamp now) const {
  if (!active_) {
    return false;
  }
  if (idle_ && idle_.at() >= active_.at()) {
    return false;
  }
  if (refused_ && refused_.at() >= active_.at()) {
    return false;
  }
  // Mux waits for the phone that has ended the broadcast, or was cut off.
  if (auto stop = session_stop(); stop && *stop + clock_difference >= active_.at()) {
    return false;
  }
  // The recording is complete, so the "idle" event may have been lost. A recording leaves out the time
  // without an encoder, so it may seem to end before Mux became active again; then no newer recording is
  // known.
  const recording* last = newest(recording_source::mux);
  if (last && last->end && last->end.at() >= active_.at()) {
    return false;
  }
  for (const recording& each : recordings_) {
    auto ended =
        each.source == recording_source::mux && each.is_live_recording() ? each.ended() : std::nullopt;
    if (ended && *ended >= active_.at()) {
      return false;
    }
  }
  // Mux gets its media from Cloudflare. Long after the broadcast ended there, it has ended at Mux too, even
  // if the event was lost. If Mux became active since, that is another broadcast.
  auto source_ended = cloudflare_end(now);
  return !source_ended || *source_ended < active_.at() || now < *source_ended + 2 * reconnect_window;
}

std::optional<edge::timestamp> broadcast_state::live_since(edge::timestamp now) const {
  if (session_live(now)) {
    return session_.at();
  }
  if (cloudflare_live(now)) {
    return connected_.at();
  }
  if (mux_live(now)) {
    return active_.at();
  }
  return std::nullopt;
}

// Mux tells it late, so its time is used only when there is no other.
std::optional<edge::timestamp> broadcast_state::ended_at(edge::timestamp now) const {
  if (live_since(now)) {
    return std::nullopt;
  }
  std::optional<edge::timestamp> ended = cloudflare_end(now);
  if (session_) {
    ended = std::max(ended, session_end(now));
  }
  if (!ended && idle_) {
    ended = idle_.at();
  }
  return ended || !active_ ? ended : newest_fact();
}

bool broadcast_state::says_more_than(const broadcast_state& before) const {
  auto essence = [](const recording& of) {
    return std::tuple{of.source, std::string_view{of.id}, of.state(), of.playback.known(),
                      of.duration.known()};
  };
  return connected_ != before.connected_ || disconnected_ != before.disconnected_ ||
         active_ != before.active_ || errored_ != before.errored_ || ingest_error_ != before.ingest_error_ ||
         !std::ranges::equal(recordings_, before.recordings_, {}, essence, essence);
}

stream_status broadcast_state::status(edge::timestamp now) const {
  if (session_live(now) || cloudflare_live(now) || mux_live(now)) {
    return stream_status::live;
  }
  // A recording begins at Mux some seconds before the stream is active there.
  const auto shows_broadcast = [](const recording& each) {
    return each.source == recording_source::cloudflare || each.end;
  };
  const bool anything =
      session_ || connected_ || active_ || idle_ || std::ranges::any_of(recordings_, shows_broadcast);
  return anything ? stream_status::completed : stream_status::ready;
}

bool broadcast_state::live_at(recording_source source, edge::timestamp now) const {
  return source == recording_source::mux ? mux_live(now) : cloudflare_live(now);
}

bool broadcast_state::awaits_recording(recording_source source, edge::timestamp now) const {
  const recording* last = newest(source);
  if (last && last->state() == recording_state::processing) {
    return true;
  }
  auto begun = std::max({connected_ ? connected_.at() : edge::timestamp::min(),
                         active_ ? active_.at() : edge::timestamp::min(),
                         session_ ? session_.at() : edge::timestamp::min()});
  if (begun == edge::timestamp::min() || now >= newest_fact_.at() + recording_delay) {
    return false;
  }
  // Mux reports whole seconds.
  const auto second = std::chrono::floor<std::chrono::seconds>(begun);
  return std::ranges::none_of(recordings_, [&](const recording& each) {
    return each.source == source && each.end && each.end.at() >= second;
  });
}

const recording* broadcast_state::find(std::string_view id) const {
  const auto found = std::ranges::find(recordings_, id, &recording::id);
  return found == recordings_.end() ? nullptr : &*found;
}

const recording* broadcast_state::newest_ready(recording_source source) const {
  const recording* found = nullptr;
  for (const recording& each : recordings_) {
    if (each.source == source && each.state() == recording_state::ready &&
        (!found || found->begun < each.begun)) {
      found = &each;
    }
  }
  return found;
}

const recording* broadcast_state::newest(recording_source source) const {
  const recording* found = nullptr;
  for (const recording& each : recordings_) {
    if (each.source == source && each.is_live_recording() && (!found || found->begun < each.begun)) {
      found = &each;
    }
  }
  return found;
}

std::optional<std::string_view> broadcast_state::ingest_error() const {
  const auto is_over = [&](const auto& error) { return connected_ && connected_.at() > error.at(); };
  if (!errored_ || is_over(errored_)) {
    return std::nullopt;
  }
  const bool is_explained =
      ingest_error_ && !is_over(ingest_error_) && ingest_error_.at() + same_error >= errored_.at();
  return is_explained ? std::string_view{ingest_error_.value()} : "unknown";
}

std::optional<std::string_view> broadcast_state::mux_warning() const {
  if (!mux_warning_ || (active_ && active_.at() > mux_warning_.at())) {
    return std::nullopt;
  }
  return mux_warning_.value();
}

bool broadcast_state::is_fed_at_mux() const {
  const auto is_newer = [&](const moment& end) { return end && end.at() >= fed_.at(); };
  return fed_ && !is_newer(lost_) && !is_newer(idle_) && !is_newer(refused_);
}

bool broadcast_state::was_lost_at_mux() const {
  const auto is_newer = [&](const moment& news) { return news && news.at() > lost_.at(); };
  return lost_ && !is_newer(fed_) && !is_newer(active_);
}

bool broadcast_state::reconnects_at_mux(edge::timestamp now) const {
  if (!lost_ || is_fed_at_mux() || now >= lost_.at() + reconnect_window) {
    return false;
  }
  const auto is_newer = [&](const moment& end) { return end && end.at() >= lost_.at(); };
  return !is_newer(idle_) && !is_newer(refused_) && !is_newer(fed_);
}

std::optional<std::string_view> broadcast_state::newest_session() const {
  const bool is_open = session_ && !session_.value().ended;
  return is_open ? std::optional<std::string_view>{session_.value().id} : std::nullopt;
}

std::string_view broadcast_state::relay_of_session() const {
  return newest_session() ? std::string_view{session_.value().relay} : std::string_view{};
}

std::optional<edge::timestamp> broadcast_state::last_begun() const {
  std::optional<edge::timestamp> begun;
  if (connected_) {
    begun = connected_.at();
  }
  if (session_ && session_.at() > begun) {
    begun = session_.at();
  }
  return begun || !active_ ? begun : std::optional{active_.at()};
}

std::optional<edge::timestamp> broadcast_state::newest_fact() const {
  if (!newest_fact_) {
    return std::nullopt;
  }
  return newest_fact_.at();
}

} // namespace streams
