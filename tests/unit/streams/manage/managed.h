// One stream at both providers, for tests of what is done to it, against a script.
#pragma once

#include "edge/clock.h"
#include "edge/environment.h"
#include "streams/model/change.h"
#include "streams/model/stream.h"
#include "streams/settings/settings.h"
#include "support/catch.h"
#include "support/scripted_host.h"
#include "support/scripted_providers.h"
#include "support/scripted_store.h"
#include "unit/api/calling.h"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace manage_test {

using streams::recording_source;
using support::scripted_host;
using texts = std::vector<std::string>;

inline constexpr edge::timestamp now = scripted_host::start;
inline const std::string id{support::stream_id};
inline const std::string fact = "put fact/stream/" + id + '/';
inline const std::string list_videos = "GET ?limit=1000&live_input_id=input";
inline const std::string list_assets = "GET /assets?limit=100&page=1&live_stream_id=live";

inline streams::settings read(const edge::environment& from) {
  auto settings = streams::settings::read(from);
  REQUIRE(settings);
  return *std::move(settings);
}

struct managed {
  explicit managed(const edge::environment& from = support::settings_with_mux())
      : world(from), with(read(from)) {
    stream.mux = streams::mux_side{"live", "playback", "output"};
  }

  // What answers it can be scripted as what answers its host.
  operator scripted_host&() { return world; }

  // On the plan mux.
  void is_at_mux_alone() {
    stream.cloudflare.reset();
    stream.mux->output_id.clear();
    stream.ingest = streams::ingest_plan::mux;
  }
  void asks(const streams::change& what) {
    stream.desired.fold(what);
    stream.broadcasts.fold(what);
  }
  void asks(streams::change_kind what) { asks(streams::change::only(what, now - std::chrono::minutes{1})); }
  // Somebody asked to delete that recording, at that time.
  void asks_to_remove(recording_source source, const std::string& recording,
                      edge::timestamp at = now - std::chrono::minutes{1}) {
    asks(streams::change::of(streams::removed_recording{.source = source, .recording_id = recording}, at));
  }
  // A recording that was copied or uploaded there.
  void has_made(recording_source to, const std::string& recording,
                streams::transfer_state state = streams::transfer_state::ready) {
    asks(streams::change::of(
        streams::transfer{.to = to, .of = "source-of-" + recording, .state = state, .id = recording},
        now - std::chrono::hours{1}));
  }

  [[nodiscard]] edge::timestamp deadline() const { return now + std::chrono::seconds{15}; }
  [[nodiscard]] texts calls() const { return support::calls_of(world); }
  [[nodiscard]] texts effects() const { return support::effects_of(world); }

  scripted_host world;
  streams::settings with;
  streams::stream_record stream = support::quiet_stream();
};

} // namespace manage_test
