// Mux's objects (Mux API reference, Live Streams, Assets, Playback IDs): the checked parts that are used
// here.
#pragma once

#include "crypto/secret.h"
#include "edge/clock.h"
#include "providers/captions.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mux {

// Who may play the media of a playback id. DRM is not used here.
enum class playback_policy : std::uint8_t {
  public_playback, // everybody who knows the id
  signed_playback, // viewers with a token that we signed
};

// Mux's word: "public" or "signed".
[[nodiscard]] std::string_view name_of(playback_policy policy) noexcept;

// The reverse. Nothing for any other word.
[[nodiscard]] std::optional<playback_policy> playback_policy_of(std::string_view name) noexcept;

// The public name of a live stream or an asset, in the URLs that players use. A live stream and its assets
// have different ones.
struct playback_id {
  std::string id;
  playback_policy policy;

  bool operator==(const playback_id&) const = default;
};

enum class asset_status : std::uint8_t {
  preparing, // not playable yet
  ready,     // playable, perhaps while it still grows
  errored,   // it has failed
};

// A file of a whole recording, made on request.
enum class file_state : std::uint8_t { none, preparing, ready, errored };

// A recording.
struct asset {
  std::string id;
  asset_status status;
  bool is_live;                                    // whether it still grows
  std::optional<edge::milliseconds> duration;      // missing or too short while it grows
  std::vector<playback_id> playback_ids;           // not the live stream's; several while the policy changes
  std::optional<edge::timestamp> started_at;       // when its first media arrived
  std::optional<edge::timestamp> created_at;       // to the second
  std::optional<std::string> error = std::nullopt; // the type of what went wrong, such as invalid_input
  std::optional<std::string> live_stream_id;       // missing for an upload
  std::optional<std::string> passthrough;          // from new_live_stream or new_asset
  file_state master = file_state::none;
  crypto::secret master_url = {};    // while it is ready: a credential, for a day
  file_state mp4 = file_state::none; // of playback_urls::mp4
  std::string audio_track = {};      // its id, which captions are made of; empty without sound
  std::vector<providers::captions> captions = {};

  // The first one.
  [[nodiscard]] std::optional<playback_id> playback() const;
};

// A recording that Mux makes of a file.
struct new_asset {
  std::string title;
  std::string passthrough; // as in new_live_stream
  playback_policy policy = playback_policy::public_playback;
  // Of an asset: the part to take. Without an end, to the asset's.
  std::optional<std::chrono::seconds> from = std::nullopt;
  std::optional<std::chrono::seconds> to = std::nullopt;
};

enum class live_stream_status : std::uint8_t {
  idle,     // no media arrives, or it is not playable yet
  active,   // broadcasting, also while a lost encoder may come back
  disabled, // encoders are refused
};

struct live_stream {
  std::string id;
  crypto::secret stream_key;
  live_stream_status status;
  std::optional<playback_id> playback;                      // of the stream, not of its recordings
  std::optional<std::string> passthrough;                   // from new_live_stream
  std::optional<edge::timestamp> created_at = std::nullopt; // tells new live streams from abandoned ones

  // Where a browser would publish to it by WHIP, below settings::whip_url: a credential as a whole. Mux does
  // not document this endpoint, so do not rely on it.
  [[nodiscard]] crypto::secret whip_url(std::string_view base) const {
    return crypto::secret{std::string{base} + '/' + std::string{stream_key.text()} + "/whip"};
  }
};

struct live_stream_page {
  std::vector<live_stream> live_streams; // the requested ones of the page
  bool more;                             // there may be a next page
  std::optional<edge::timestamp> oldest; // when the last one on the page was created, ours or not
};

struct new_live_stream {
  static constexpr std::size_t max_title_size = 512; // bytes; Mux allows 512 characters

  std::string title; // a longer one is cut, between characters
  // Comes back in every webhook of the stream and of its recordings: 1 to 255 visible ASCII characters
  // without " and \, so that it is the same text wherever it is written.
  std::string passthrough;
  playback_policy policy = playback_policy::public_playback;
};

} // namespace mux
