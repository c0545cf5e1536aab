// Who may play what stands behind a playback id (Mux API reference, Playback IDs). DRM is not used here.
#pragma once

#include "crypto/secret.h"
#include "edge/clock.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mux {

enum class playback_policy : std::uint8_t {
  public_playback, // everybody who knows the id
  signed_playback, // who has a token signed by us
};

// The word that Mux uses: "public" or "signed".
[[nodiscard]] std::string_view name_of(playback_policy policy) noexcept;

// The reverse; nothing for any other word.
[[nodiscard]] std::optional<playback_policy> playback_policy_of(std::string_view name) noexcept;

// The public name of a live stream or an asset, in the URLs that players use. A live stream's and its assets'
// differ.

struct playback_id {
  std::string id;
  playback_policy policy;

  bool operator==(const playback_id&) const = default;
};

// An asset as Mux describes it (Mux API reference, Assets): a recording, as much of it as is used here,
// checked.

enum class asset_status : std::uint8_t {
  preparing, // not playable yet
  ready,     // playable, perhaps while it still grows
  errored,   // it has failed
};

struct asset {
  std::string id;
  asset_status status;
  bool is_live;                                    // whether it still grows
  std::optional<double> duration;                  // in seconds; unknown, or of its beginning, while it grows
  std::optional<playback_id> playback;             // not the live stream's
  std::optional<edge::timestamp> started_at;       // when its first media arrived
  std::optional<edge::timestamp> created_at;       // to the second
  std::optional<std::string> error = std::nullopt; // the type of what went wrong, such as invalid_input
  std::optional<std::string> live_stream_id;       // nothing: it was uploaded
  std::optional<std::string> passthrough;          // what new_live_stream gave
};

// A live stream as Mux describes it (Mux API reference, Live Streams): as much of it as is used here,
// checked.

enum class live_stream_status : std::uint8_t {
  idle,     // nothing arrives, or it is not playable yet
  active,   // broadcasting, also while a lost encoder may come back
  disabled, // encoders are refused
};

struct live_stream {
  std::string id;
  crypto::secret stream_key;
  live_stream_status status;
  std::optional<playback_id> playback;                      // of the stream, not of its recordings
  std::optional<std::string> passthrough;                   // what was given when it was made
  std::optional<edge::timestamp> created_at = std::nullopt; // to leave alone what is only just being made

  // Where a browser would publish to it by WHIP, below settings::whip_url: a credential as a whole. Mux
  // documents no such endpoint, so nothing is to be promised of it.
  [[nodiscard]] crypto::secret whip_url(std::string_view base) const {
    return crypto::secret(std::string(base) + '/' + std::string(stream_key.text()) + "/whip");
  }
};

// A part of the list of live streams.

struct live_stream_page {
  std::vector<live_stream> live_streams; // those of the page that were asked for, perhaps none
  bool more;                             // there may be a next page
};

// What is asked for when a live stream is made.

struct new_live_stream {
  static constexpr std::size_t max_title_size = 512; // bytes, where Mux allows 512 characters

  std::string title; // a longer one is cut, between characters
  // Comes back in every webhook of the stream and of its recordings: 1 to 255 visible ASCII characters
  // without " and \, so that it is the same text wherever it is written.
  std::string passthrough;
  playback_policy policy = playback_policy::public_playback;
};

} // namespace mux
