// What is known about a stream's broadcasts: the fold of all facts from both providers. Folding the same
// facts in any order, any number of times, gives the same state.
#pragma once

#include "cloudflare/fact.h"
#include "edge/clock.h"
#include "json/reader.h"
#include "json/writer.h"
#include "mux/fact.h"
#include "streams/model/change.h"
#include "streams/model/recording.h"
#include "streams/model/registers.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace streams {

// How far the providers' clocks and ours may differ.
inline constexpr std::chrono::seconds clock_difference{5};

enum class stream_status : std::uint8_t {
  ready,     // no broadcast yet
  live,      // a broadcast is under way
  completed, // the last broadcast is over
};

std::string_view name_of(stream_status status);

class broadcast_state {
public:
  void fold(const mux::fact& said);
  void fold(const cloudflare::fact& said);
  // Changes that say nothing about broadcasts are ignored. Nobody publishes by WHIP any more after `stopped`
  // and `ended`.
  void fold(const change& known);
  void join(const broadcast_state& other);

  // Cloudflare reports when an encoder connects and disconnects (for WHIP perhaps not), but not when a
  // broadcast is over. That follows from the recording, from Mux, or from the time that a lost encoder has to
  // come back. So the status depends on the time.
  [[nodiscard]] stream_status status(edge::timestamp now) const;
  // Whether this provider receives the current broadcast.
  [[nodiscard]] bool live_at(recording_source source, edge::timestamp now) const;
  // Whether the provider may still deliver a recording of the last broadcast: one is being processed, or none
  // was reported yet and the last fact is recent.
  [[nodiscard]] bool awaits_recording(recording_source source, edge::timestamp now) const;

  // Sorted by source and id.
  [[nodiscard]] const std::vector<recording>& recordings() const { return recordings_; }
  // Null if it is unknown.
  [[nodiscard]] const recording* find(std::string_view id) const;
  // The source's newest recording that is ready; null without one.
  [[nodiscard]] const recording* newest_ready(recording_source source) const;
  // The source's newest recording of a broadcast, in any state; null without one.
  [[nodiscard]] const recording* newest(recording_source source) const;

  // The copies and uploads that we began, by source and name.
  [[nodiscard]] const streams::transfers& transfers() const { return transfers_; }

  // When the current broadcast went live; nullopt when none is.
  [[nodiscard]] std::optional<edge::timestamp> live_since(edge::timestamp now) const;

  // When the last broadcast ended, as far as somebody tells. Nullopt while one goes on, and without one.
  [[nodiscard]] std::optional<edge::timestamp> ended_at(edge::timestamp now) const;

  // Whether this holds more than `before`, apart from later times for the same recordings.
  [[nodiscard]] bool says_more_than(const broadcast_state& before) const;

  // Cloudflare's code for input that it could not use, or "unknown", unless an encoder has connected since.
  [[nodiscard]] std::optional<std::string_view> ingest_error() const;
  // The type of Mux's last warning, unless a broadcast began there since.
  [[nodiscard]] std::optional<std::string_view> mux_warning() const;

  // Whether Mux receives media, by its last word about its encoder.
  [[nodiscard]] bool is_fed_at_mux() const;
  // Whether Mux's last word about its encoder is that it has lost it.
  [[nodiscard]] bool was_lost_at_mux() const;
  // Whether Mux has lost its encoder and waits for it.
  [[nodiscard]] bool reconnects_at_mux(edge::timestamp now) const;

  // When the newest WHIP session through our proxy began, by our clock; nullopt without one.
  [[nodiscard]] std::optional<edge::timestamp> session_begun() const;
  // The id of the newest WHIP session through our proxy, unless the phone has ended it.
  [[nodiscard]] std::optional<std::string_view> newest_session() const;
  // The address of the relay that this session uses; empty without one.
  [[nodiscard]] std::string_view relay_of_session() const;

  // When the last known broadcast began, or its encoder came back. Mux reports this late, so its time is used
  // only when there is no other.
  [[nodiscard]] std::optional<edge::timestamp> last_begun() const;

  // Nullopt without any fact.
  [[nodiscard]] std::optional<edge::timestamp> newest_fact() const;

  [[nodiscard]] json::object to_json() const;
  // Nullopt for what to_json does not write.
  static std::optional<broadcast_state> from_json(const json::value& from);

  bool operator==(const broadcast_state&) const = default;

private:
  // A WHIP session through our proxy. A phone may leave without ending it.
  struct session {
    std::string id;
    std::optional<edge::timestamp> ended;
    std::string relay; // its address, until the session has ended
    auto operator<=>(const session&) const = default;
  };
  friend void write_register(json::object& to, std::string_view name, const latest<session>& from);
  friend void read_register(const json::value& from, latest<session>& to);

  recording& recording_of(recording_source source, const std::string& id);
  void fold(const latest<transfer>& said);
  [[nodiscard]] std::optional<edge::timestamp> cloudflare_end(edge::timestamp now) const;
  [[nodiscard]] bool cloudflare_live(edge::timestamp now) const;
  [[nodiscard]] bool mux_live(edge::timestamp now) const;
  [[nodiscard]] std::optional<edge::timestamp> session_stop() const;
  [[nodiscard]] bool cloudflare_tells_of_session() const;
  [[nodiscard]] std::optional<edge::timestamp> session_end(edge::timestamp now) const;
  [[nodiscard]] bool session_live(edge::timestamp now) const;

  moment connected_;    // Cloudflare: an encoder connected
  moment disconnected_; // Cloudflare: it disconnected
  moment active_;       // Mux: the live stream is playable
  moment idle_;         // Mux: the broadcast has ended
  moment refused_;      // Mux: the live stream was disabled or deleted
  moment fed_;          // Mux: an encoder connected, or its media arrives
  moment lost_;         // Mux: it disconnected
  moment stopped_;      // we: the publisher by WHIP was cut off
  moment newest_fact_;
  latest<session> session_;          // the newest, by its beginning; a phone that comes back has a new one
  moment errored_;                   // Cloudflare: what the encoder sends cannot be used
  latest<std::string> ingest_error_; // why; its API often does not tell what its notification does
  latest<std::string> mux_warning_;
  std::vector<recording> recordings_; // sorted by source and id
  streams::transfers transfers_;

  // In the order of the record.
  static constexpr std::tuple registers{
      named_register{"connected", &broadcast_state::connected_},
      named_register{"disconnected", &broadcast_state::disconnected_},
      named_register{"active", &broadcast_state::active_},
      named_register{"idle", &broadcast_state::idle_},
      named_register{"refused", &broadcast_state::refused_},
      named_register{"fed", &broadcast_state::fed_},
      named_register{"lost", &broadcast_state::lost_},
      named_register{"newestFact", &broadcast_state::newest_fact_},
      named_register{"errored", &broadcast_state::errored_},
      named_register{"ingestError", &broadcast_state::ingest_error_},
      named_register{"muxWarning", &broadcast_state::mux_warning_},
      named_register{"session", &broadcast_state::session_},
      named_register{"stopped", &broadcast_state::stopped_},
  };
};

} // namespace streams
