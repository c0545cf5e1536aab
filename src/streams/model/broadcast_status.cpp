// What follows from the facts that were folded: whether a broadcast is live, since when, and what is awaited.
#include "cloudflare/api.h"
#include "mux/api.h"
#include "streams/model/broadcast_state.h"

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

} // namespace

std::string_view name_of(stream_status status) {
  switch (status) {
  case stream_status::ready: return "ready";
  case stream_status::live: return "live";
  case stream_status::completed: return "completed";
  }
  __builtin_trap();
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
  if (last && last->end && last->over_since() >= active_.at()) {
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
  if (!ended && idle_ && (!active_ || idle_.at() >= active_.at())) {
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
    return each.source == source && each.end && each.over_since() >= second;
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

std::optional<edge::timestamp> broadcast_state::session_begun() const {
  return session_ ? std::optional{session_.at()} : std::nullopt;
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
