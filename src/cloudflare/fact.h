// Facts of Cloudflare Stream: what a webhook or notification, or else a list, says once. Facts are stored and
// folded into state.
#pragma once

#include "cloudflare/types.h"
#include "edge/clock.h"
#include "providers/metadata.h"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace cloudflare {

// Makes the id of an event, since Cloudflare's events have none: 32 hexadecimal digits, the same for the same
// parts. No part may contain a line break.
[[nodiscard]] std::string event_id_of(std::initializer_list<std::string_view> parts);

// What has happened.
enum class fact_kind : std::uint8_t {
  video_live,         // a broadcast is being recorded, and grows
  video_ready,        // a recording is playable, though perhaps not yet in every quality
  video_failed,       // a recording has failed
  video_deleted,      // a recording is gone
  input_connected,    // an encoder has connected
  input_disconnected, // the encoder is gone and may come back within the dropout window
  input_errored,      // what the encoder sends cannot be used
};

// The enumerator's name, as facts store it.
[[nodiscard]] std::string_view name_of(fact_kind kind) noexcept;

// The kind of notifications of that type. Nothing for any other text.
[[nodiscard]] std::optional<fact_kind> fact_kind_of_event(std::string_view event_type) noexcept;

// The relevant parts of an event.
struct fact {
  static constexpr std::size_t max_metadata_size = providers::max_metadata_size;

  // Made by event_id_of from the parts in which events differ, so it is the same for each delivery of an
  // event.
  std::string event_id;
  fact_kind kind;
  edge::timestamp at;                                        // by Cloudflare's clock
  std::optional<std::string> live_input_id = std::nullopt;   // every input_… fact has one
  std::optional<std::string> video_id = std::nullopt;        // every video_… fact has one
  std::optional<edge::timestamp> created = std::nullopt;     // of the video
  std::optional<edge::milliseconds> duration = std::nullopt; // of the video; unknown while it grows
  std::optional<std::string> hls_url = std::nullopt;         // of the video, at one of the playback hosts
  std::optional<std::string> error_code = std::nullopt;      // such as ERR_GOP_OUT_OF_RANGE

  bool operator==(const fact&) const = default;

  // A JSON object of at most max_metadata_size bytes, the metadata of a key in KV.
  [[nodiscard]] std::string to_metadata() const;

  // The reverse. Nothing for a text that to_metadata does not write.
  [[nodiscard]] static std::optional<fact> from_metadata(std::string_view text);
};

// The fact that an encoder has connected or gone, or sends what cannot be used, by the status of a live
// input: for encoders whose notification never came, and for events of a queue. Nothing for any other state,
// and for a status without a time. The event id is made from the live input's id, the kind and that time.
[[nodiscard]] std::optional<fact> fact_of(const std::string& live_input_id,
                                          const std::optional<live_input_status>& status);

// The fact that a video is being recorded, is ready or has failed, as of its last change, whether a webhook
// or a list has it. Nothing for any other state. The event id is made from the video's id, its state and that
// time, so a webhook and a list give the same one. (Cloudflare sends no webhook for a video that is being
// recorded, and may change it often.)
[[nodiscard]] std::optional<fact> fact_of(const video& read);

} // namespace cloudflare
