// One recording at one provider: an asset at Mux, a video at Cloudflare.
#pragma once

#include "edge/clock.h"
#include "json/reader.h"
#include "json/writer.h"
#include "streams/model/registers.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace streams {

enum class recording_source : std::uint8_t { cloudflare, mux };

enum class recording_state : std::uint8_t {
  processing, // growing, or being processed
  ready,      // complete and playable
  failed,
  deleted,
};

// How it came to be.
enum class recording_origin : std::uint8_t {
  live,  // recorded from the broadcast
  copy,  // copied from the other provider
  phone, // recorded by the phone that published, and uploaded
  clip,  // a part of another recording, at the same provider
};

std::string_view name_of(recording_source source);
std::string_view name_of(recording_state state);
std::string_view name_of(recording_origin origin);
// Nullopt for an unknown or missing name.
std::optional<recording_source> recording_source_named(std::optional<std::string_view> name);
std::optional<recording_origin> recording_origin_named(std::optional<std::string_view> name);

void write_register(json::object& to, std::string_view name, const latest<recording_state>& from);
void read_register(const json::value& from, latest<recording_state>& to);

struct recording {
  recording_source source;
  std::string id; // of the asset or the video

  // Mux: the playback id. Cloudflare: the URL of the HLS manifest.
  latest<std::string> playback;
  latest<edge::milliseconds> duration; // of the whole recording
  // How it ended; unknown while it is processing.
  latest<recording_state> end;
  latest<std::string> reason = {}; // why it failed: the provider's code
  // Of its MP4, once somebody had it made. Mux: its name. Cloudflare: its URL.
  latest<std::string> file = {};
  // Somebody asked to delete it here. True once its provider has done so. No news brings it back.
  latest<bool> removed = {};
  // When it began or was first reported, by the provider's clock.
  edge::timestamp begun = edge::timestamp::max();
  recording_origin origin = recording_origin::live;

  [[nodiscard]] bool is_live_recording() const { return origin == recording_origin::live; }
  [[nodiscard]] recording_state state() const {
    using enum recording_state;
    return removed ? deleted : end ? end.value() : processing;
  }
  // Whether its provider may still have it although it is to be deleted.
  [[nodiscard]] bool is_being_removed() const { return removed && !removed.value(); }
  [[nodiscard]] bool can_be_played() const { return state() == recording_state::ready && playback.known(); }
  // Cloudflare makes no MP4 of a live recording of four hours or more.
  [[nodiscard]] bool is_too_long_for_mp4() const {
    return source == recording_source::cloudflare && is_live_recording() && duration &&
           duration.value() >= std::chrono::hours{4};
  }
  // When its last media was recorded; its beginning while the duration is unknown.
  [[nodiscard]] edge::timestamp known_until() const;
  // When it was known to be over, if it is: by its provider's word or, once its owner has deleted it, by its
  // media.
  [[nodiscard]] edge::timestamp over_since() const { return removed ? known_until() : end.at(); }
  // When its last media was recorded; nullopt unless it is, or was, ready.
  [[nodiscard]] std::optional<edge::timestamp> ended() const;

  void join(const recording& other);
  bool operator==(const recording&) const = default;

  [[nodiscard]] json::object to_json() const;
  // Nullopt for what to_json does not write.
  static std::optional<recording> from_json(const json::value& from);
};

} // namespace streams
