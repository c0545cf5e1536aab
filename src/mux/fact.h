// Facts of Mux: what a webhook, or else a list, says once. Facts are stored and folded into state.
#pragma once

#include "edge/clock.h"
#include "mux/types.h"
#include "providers/metadata.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mux {

// The error of ours for a recording that is still processed a day later.
inline constexpr std::string_view not_finished = "not_finished";

// What has happened, by the `type` of the event. The resource's `status` is ignored: at "recording" it is
// still idle, and at "disconnected" still active.
enum class fact_kind : std::uint8_t {
  stream_connected,    // an encoder has connected; nothing is stored yet
  stream_recording,    // media arrives and is recorded; not playable yet
  stream_active,       // playable: live
  stream_disconnected, // the encoder is gone and may come back within the reconnect window
  stream_idle,         // the broadcast has ended
  stream_enabled,      // encoders are admitted again
  stream_disabled,     // encoders are refused
  stream_deleted,      // the live stream is gone, its recordings are not
  stream_warning,      // something about the live stream is not as it should be
  asset_created,       // a recording has begun
  asset_ready,         // a recording is playable, about ten seconds into the broadcast
  asset_completed,     // a recording is final
  asset_errored,       // a recording has failed
  asset_deleted,       // a recording is gone
  asset_warning,       // something about a recording is not as it should be
};

// Whether it is about a recording rather than the live stream itself.
[[nodiscard]] constexpr bool is_about_asset(fact_kind kind) noexcept {
  return kind >= fact_kind::asset_created;
}

// The enumerator's name, as facts store it.
[[nodiscard]] std::string_view name_of(fact_kind kind) noexcept;

// The kind of events of that type. Nothing for any other text.
[[nodiscard]] std::optional<fact_kind> fact_kind_of_event(std::string_view type) noexcept;

// The relevant parts of an event, without the secrets in it (stream keys, passphrases).
struct fact {
  static constexpr std::size_t max_metadata_size = providers::max_metadata_size;

  std::string event_id; // the same for every delivery of an event; letters, digits and hyphens
  fact_kind kind;
  edge::timestamp at; // by Mux's clock
  std::string live_stream_id;
  std::optional<std::string> asset_id = std::nullopt; // the recording; every asset_… fact has one
  // Of the recording. Webhooks about its completion or failure do not have it.
  std::optional<playback_id> playback = std::nullopt;
  std::optional<bool> is_live = std::nullopt;                // of the recording: whether it still grows
  std::optional<edge::milliseconds> duration = std::nullopt; // of the recording
  std::optional<edge::timestamp> started_at = std::nullopt;  // of the recording: when its first media arrived
  std::optional<std::string> passthrough = std::nullopt; // from our create call, if the live stream is ours
  std::optional<std::string> error = std::nullopt;       // the type of an asset's error, or of a warning

  bool operator==(const fact&) const = default;

  // A JSON object of at most max_metadata_size bytes, the metadata of a key in KV.
  [[nodiscard]] std::string to_metadata() const;

  // The reverse. Nothing for a text that to_metadata does not write.
  [[nodiscard]] static std::optional<fact> from_metadata(std::string_view text);
};

// Facts from Mux's lists, for recordings whose webhook never came.

// The fact that an asset of a live stream is complete (asset_completed) or has failed (asset_errored), as of
// `now`, when it was read. Nothing before that, and for an upload. The event id is derived from the asset's
// id and the kind, so it is the same each time that the asset is read. It is never the id of a webhook.
[[nodiscard]] std::optional<fact> fact_of(const asset& read, edge::timestamp now);

// The fact that a recording has begun, as of its beginning: stream_active if it can be played, or else
// asset_created. Nothing if the beginning is unknown, for an upload, and for a recording that is complete or
// has failed.
[[nodiscard]] std::optional<fact> beginning_of(const asset& read);

} // namespace mux
