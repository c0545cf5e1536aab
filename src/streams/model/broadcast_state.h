// What is known of a stream's broadcasts: the fold of everything that both providers said. Folding facts in
// any order, any number of times, with or without what was folded before, gives the same state.
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

// How far the clocks of the two providers, and ours, may differ.
inline constexpr std::chrono::seconds clock_difference{5};

enum class stream_status : std::uint8_t {
  ready,     // nobody has broadcast yet
  live,      // somebody does
  completed, // nobody does any more
};

std::string_view name_of(stream_status status);

class broadcast_state {
public:
  void fold(const mux::fact& said);
  void fold(const cloudflare::fact& said);
  // Of what we know ourselves: that somebody began or ended to publish by WHIP through us. Whatever else was
  // asked of the stream says nothing here.
  void fold(const change& known);
  void join(const broadcast_state& other);

  // Cloudflare says when an encoder comes and goes, if it came by another way than WHIP for certain, not when
  // a broadcast is over: that follows from the recording, from Mux, or from the time that a lost encoder is
  // given to come back. So the status depends on the time.
  [[nodiscard]] stream_status status(edge::timestamp now) const;
  // Whether what is broadcast now has come to this provider, too.
  [[nodiscard]] bool live_at(recording_source source, edge::timestamp now) const;
  // Whether the provider may still make a recording of the last broadcast, or finish it: one grows or is
  // being made ready, or nothing was heard of any since, and that is not long ago.
  [[nodiscard]] bool awaits_recording(recording_source source, edge::timestamp now) const;

  // By source and id.
  [[nodiscard]] const std::vector<recording>& recordings() const { return recordings_; }
  // Of a source, the newest that can be played; nothing if there is none.
  [[nodiscard]] const recording* newest_ready(recording_source source) const;
  // Of a source, the newest of all.
  [[nodiscard]] const recording* newest(recording_source source) const;

  // When whoever is live now began to be; nothing where nobody is.
  [[nodiscard]] std::optional<edge::timestamp> live_since(edge::timestamp now) const;

  // Whether anything is known here that was not known before, beside when it was last said.
  [[nodiscard]] bool says_more_than(const broadcast_state& before) const;

  // What the encoder sent could not be used: Cloudflare's code for it, if that is the last that was heard.
  [[nodiscard]] std::optional<std::string_view> ingest_error() const;

  // When the last broadcast that was heard of began, or its encoder came back. Mux says so long after: its
  // word is taken where nobody else has said anything.
  [[nodiscard]] std::optional<edge::timestamp> last_begun() const;

  // The time of the newest fact; nothing if there was none.
  [[nodiscard]] std::optional<edge::timestamp> newest_fact() const;

  [[nodiscard]] json::object to_json() const;
  // Nothing for what to_json does not write.
  static std::optional<broadcast_state> from_json(const json::value& from);

  bool operator==(const broadcast_state&) const = default;

private:
  // A session that somebody publishes in through us, and when they ended it. A phone may leave without a
  // word.
  struct session {
    std::string id;
    std::optional<edge::timestamp> ended;
    auto operator<=>(const session&) const = default;
    friend void write_register(json::object& to, std::string_view name, const latest<session>& from) {
      broadcast_state::write_register(to, name, from);
    }
    friend void read_register(const json::value& from, latest<session>& to) {
      broadcast_state::read_register(from, to);
    }
  };
  static void write_register(json::object& to, std::string_view name, const latest<session>& from);
  static void read_register(const json::value& from, latest<session>& to);

  recording& recording_of(recording_source source, const std::string& id);
  [[nodiscard]] std::optional<edge::timestamp> cloudflare_end(edge::timestamp now) const;
  [[nodiscard]] bool cloudflare_live(edge::timestamp now) const;
  [[nodiscard]] bool mux_live(edge::timestamp now) const;
  [[nodiscard]] bool cloudflare_tells_of_session() const;
  [[nodiscard]] std::optional<edge::timestamp> session_end(edge::timestamp now) const;
  [[nodiscard]] bool session_live(edge::timestamp now) const;

  moment connected_;    // Cloudflare: an encoder came
  moment disconnected_; // Cloudflare: it went
  moment active_;       // Mux: playable
  moment idle_;         // Mux: the broadcast has ended
  moment refused_;      // Mux: no encoder is admitted any more
  moment newest_fact_;
  latest<session> session_; // the newest, since it began: whoever comes back has a new one
  latest<std::string> ingest_error_;
  std::vector<recording> recordings_; // sorted by source and id

  // In the order of the record.
  static constexpr std::tuple registers{
      named_register{"connected", &broadcast_state::connected_},
      named_register{"disconnected", &broadcast_state::disconnected_},
      named_register{"active", &broadcast_state::active_},
      named_register{"idle", &broadcast_state::idle_},
      named_register{"refused", &broadcast_state::refused_},
      named_register{"newestFact", &broadcast_state::newest_fact_},
      named_register{"ingestError", &broadcast_state::ingest_error_},
      named_register{"session", &broadcast_state::session_},
  };
};

} // namespace streams
