// Who may watch a stream.
#pragma once

#include "cloudflare/types.h"
#include "edge/clock.h"
#include "mux/types.h"
#include "streams/model/broadcast_state.h"
#include "streams/model/desired_state.h"
#include "streams/model/ingest.h"
#include "streams/model/provider_sides.h"
#include "streams/model/warning.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace streams {

enum class visibility : std::uint8_t {
  public_stream,  // whoever knows its address
  private_stream, // whoever may manage it, and whom these invite: both providers ask for a signed token
};

// How its live stream at Mux, and that one's recordings, are to be played.
constexpr mux::playback_policy policy_for(visibility wanted) {
  using enum mux::playback_policy;
  return wanted == visibility::private_stream ? signed_playback : public_playback;
}

constexpr std::string_view name_of(visibility what) {
  return what == visibility::private_stream ? "private" : "public";
}

// Nothing for a name that is none, or where there is none.
constexpr std::optional<visibility> visibility_named(std::optional<std::string_view> name) {
  if (name == "public") {
    return visibility::public_stream;
  }
  if (name == "private") {
    return visibility::private_stream;
  }
  return std::nullopt;
}

// What is kept of a stream: what was made at its creation, and what is known of its broadcasts.

// The live input at Cloudflare, without what is secret.
struct cloudflare_side {
  std::string live_input_id;
  std::string customer_url;

  static cloudflare_side of(const cloudflare::live_input& input);

  // Where the live input or a recording is watched, by its id or by a token in its place (Cloudflare Stream
  // documentation, "Secure your Stream").
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

struct stream_record {
  std::string id;
  std::string title; // as it was made; see current_title
  std::optional<std::string> memorial_id;
  std::string created_by; // the subject of the token
  edge::timestamp created_at;
  streaming_method method = streaming_method::whip_browser;
  ingest_plan ingest = ingest_plan::cloudflare;
  streams::visibility visibility = visibility::public_stream;

  std::optional<cloudflare_side> cloudflare; // nothing where Mux is the ingest
  std::optional<mux_side> mux;               // as it was made, or attached since
  // See keyring and credentials. Kept under a key of its own, so that whoever folds facts into the record and
  // writes it back cannot bring old ones back.
  std::string sealed_credentials;
  std::vector<warning> warnings;
  broadcast_state broadcasts;
  desired_state desired = {}; // what was asked of it since

  [[nodiscard]] std::string_view current_title() const {
    return desired.title() ? desired.title().value() : title;
  }
  // Whether what comes in is sent on to the backup.
  [[nodiscard]] bool simulcast_enabled() const {
    return mux && cloudflare && (!desired.simulcast() || desired.simulcast().value());
  }
  // Where what comes in now is to be recorded, as far as its plan goes.
  [[nodiscard]] std::vector<recording_source> recorded_at() const;
  [[nodiscard]] edge::timestamp updated_at() const;

  // Takes in what was asked of it, or done, since. A backup that was attached becomes its own, and the
  // warning that it has none is withdrawn.
  void join(const desired_state& changes);
  void join(const own_facts& known) {
    join(known.desired);
    broadcasts.join(known.broadcasts);
  }

  [[nodiscard]] std::string to_text() const;
  // Nothing for a text that to_text does not write.
  static std::optional<stream_record> from_text(std::string_view text);
};

// What the owner of a stream has to know of its plan before relying on it.

// recording_unverified: nobody documents that what comes in this way is recorded. Withdrawn by the first
// recording, since then it is known.
std::optional<warning> plan_warning(const stream_record& stream);

} // namespace streams
