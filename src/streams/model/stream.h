// A stream: its record, and what the record says about plans and visibility.
#pragma once

#include "cloudflare/types.h"
#include "edge/clock.h"
#include "mux/types.h"
#include "streams/model/broadcast_state.h"
#include "streams/model/desired_state.h"
#include "streams/model/ingest.h"
#include "streams/model/provider_sides.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace streams {

// Something that differs from what the owner asked for, although the stream works.
struct warning {
  std::string code;   // stable, for programs: "backup_unavailable"
  std::string detail; // a sentence for a person; holds no secret
  // The provider whose recording it is about: "cloudflare" or "mux"; empty for all other warnings.
  std::string_view source = {};

  bool operator==(const warning&) const = default;
};

// The backup at Mux could not be attached yet; the schedule tries again.
inline constexpr std::string_view backup_unavailable = "backup_unavailable";

// Who may watch a stream.
enum class visibility : std::uint8_t {
  public_stream,  // anyone with the URL
  private_stream, // its managers and their invitees; playback needs a signed token
};

// The playback policy of its live stream at Mux and of that live stream's recordings.
constexpr mux::playback_policy policy_for(visibility wanted) {
  using enum mux::playback_policy;
  return wanted == visibility::private_stream ? signed_playback : public_playback;
}

constexpr std::string_view name_of(visibility what) {
  return what == visibility::private_stream ? "private" : "public";
}

// Nullopt for an unknown or missing name.
constexpr std::optional<visibility> visibility_named(std::optional<std::string_view> name) {
  if (name == "public") {
    return visibility::public_stream;
  }
  if (name == "private") {
    return visibility::private_stream;
  }
  return std::nullopt;
}

// Whether the publishing phone also records by itself. Automatically: where the plan does not record at both
// providers and the browser can.
enum class phone_copy : std::uint8_t { automatic, on, off };

constexpr std::string_view name_of(phone_copy what) {
  using enum phone_copy;
  return what == on ? "on" : what == off ? "off" : "auto";
}

constexpr phone_copy phone_copy_named(std::optional<std::string_view> name) {
  using enum phone_copy;
  return name == "on" ? on : name == "off" ? off : automatic;
}

// The live input at Cloudflare, without its secrets.
struct cloudflare_side {
  std::string live_input_id;
  std::string customer_url;

  static cloudflare_side of(const cloudflare::live_input& input);

  // The URLs to watch the live input or a recording at: by its id, or by a signed token in the place of the
  // id (Cloudflare Stream documentation, "Secure your Stream").
  [[nodiscard]] std::string whep(std::string_view id) const { return below(id, "/webRTC/play"); }
  [[nodiscard]] std::string hls(std::string_view id) const { return below(id, "/manifest/video.m3u8"); }
  [[nodiscard]] std::string dash(std::string_view id) const { return below(id, "/manifest/video.mpd"); }
  [[nodiscard]] std::string player(std::string_view id) const { return below(id, "/iframe"); }
  [[nodiscard]] std::string thumbnail(std::string_view id) const {
    return below(id, "/thumbnails/thumbnail.jpg");
  }

private:
  [[nodiscard]] std::string below(std::string_view id, std::string_view rest) const;
};

// What the store keeps of a stream: its creation, its broadcasts and its changes.
struct stream_record {
  std::string id;
  std::string title; // at its creation; see current_title
  std::optional<std::string> memorial_id;
  std::string created_by; // the subject of the token
  edge::timestamp created_at;
  streaming_method method = streaming_method::whip_browser;
  ingest_plan ingest = ingest_plan::cloudflare;
  streams::visibility visibility = visibility::public_stream; // at its creation; see current_visibility
  streams::phone_copy phone_copy = phone_copy::automatic;

  std::optional<cloudflare_side> cloudflare; // nullopt when Mux is the ingest
  std::optional<mux_side> mux;               // from its creation, or attached since
  // Stored under a separate key, so that a fold that saves an older record cannot restore old credentials.
  std::string sealed_credentials;
  std::vector<warning> warnings;
  broadcast_state broadcasts;
  desired_state desired = {}; // what was asked of it since
  told_events told = {};      // what the host application was told of it
  // When the facts in it were read. Of two folds, the later one knows more; a room goes by it.
  edge::timestamp folded_at = created_at;

  [[nodiscard]] std::string_view current_title() const {
    return desired.title() ? desired.title().value() : title;
  }
  [[nodiscard]] streams::visibility current_visibility() const;
  [[nodiscard]] bool is_private() const { return current_visibility() == visibility::private_stream; }
  // Whether Cloudflare is to forward a broadcast to the backup.
  [[nodiscard]] bool simulcast_enabled() const {
    return mux && cloudflare && (!desired.simulcast() || desired.simulcast().value());
  }
  // The same now: the end of the stream stops it for good.
  [[nodiscard]] bool forwards_to_mux() const { return simulcast_enabled() && !desired.ended(); }
  // Of its broadcasts. A stream that has ended is completed at once, whatever a provider still receives, and
  // also if it never was live.
  [[nodiscard]] stream_status status(edge::timestamp now) const {
    return desired.ended() ? stream_status::completed : broadcasts.status(now);
  }
  // Where its plan says that a broadcast is recorded now.
  [[nodiscard]] std::vector<recording_source> recorded_at() const;
  [[nodiscard]] edge::timestamp updated_at() const;
  // Whether the same facts were folded into both records of one stream.
  [[nodiscard]] bool says_the_same(const stream_record& other) const {
    return broadcasts == other.broadcasts && desired == other.desired && told == other.told;
  }

  // Adds changes. An attached backup becomes part of the record and ends the warning that it is missing.
  void join(const desired_state& changes);
  void join(const stream_facts& known) {
    join(known.desired);
    broadcasts.join(known.broadcasts);
    told.join(known.told);
  }

  [[nodiscard]] std::string to_text() const;
  // Nullopt for a text that to_text does not write.
  static std::optional<stream_record> from_text(std::string_view text);
};

// recording_unsupported: nothing records this plan. Ends if a recording appears all the same.
std::optional<warning> plan_warning(const stream_record& stream);

} // namespace streams
