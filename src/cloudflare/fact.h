// Ids for events, which Cloudflare does not give. For the sources of this folder.
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

// The same for the same parts: 32 hexadecimal digits. None of the parts has a line break in it.
[[nodiscard]] std::string event_id_of(std::initializer_list<std::string_view> parts);

// What a webhook of Cloudflare says has happened.

enum class fact_kind : std::uint8_t {
  video_live,         // a broadcast is being recorded, and grows
  video_ready,        // a recording is playable, though perhaps not yet in every quality
  video_failed,       // a recording has failed
  input_connected,    // an encoder has connected
  input_disconnected, // the encoder is gone and may come back within the dropout window
  input_errored,      // what the encoder sends cannot be used
};

// The enumerator's name, as facts store it.
[[nodiscard]] std::string_view name_of(fact_kind kind) noexcept;

// The kind of notifications of that type. Nothing for any other text.
[[nodiscard]] std::optional<fact_kind> fact_kind_of_event(std::string_view event_type) noexcept;

// What Cloudflare said once: a webhook or notification without what does not matter.

struct fact {
  static constexpr std::size_t max_metadata_size = providers::max_metadata_size;

  // Cloudflare gives its events no ids; this one is made from what makes them differ, so that it is the same
  // for every delivery of an event: 32 hexadecimal digits.
  std::string event_id;
  fact_kind kind;
  edge::timestamp at;                                      // by Cloudflare's clock
  std::optional<std::string> live_input_id = std::nullopt; // every input_… fact has one
  std::optional<std::string> video_id = std::nullopt;      // every video_… fact has one
  std::optional<edge::timestamp> created = std::nullopt;   // of the video
  std::optional<double> duration = std::nullopt;           // of the video, in seconds; unknown while it grows
  std::optional<std::string> hls_url = std::nullopt;       // of the video, at one of the playback hosts
  std::optional<std::string> error_code = std::nullopt;    // such as ERR_GOP_OUT_OF_RANGE

  bool operator==(const fact&) const = default;

  // A JSON object of at most max_metadata_size bytes, for the metadata of a key.
  [[nodiscard]] std::string to_metadata() const;

  // The reverse; nothing for a text that to_metadata does not write.
  [[nodiscard]] static std::optional<fact> from_metadata(std::string_view text);
};

// What a live input's status stands for as a fact: for encoders of which no notification came.

// The fact that an encoder has connected or gone, as of the time that the status names; nothing for any other
// state, and where it names none. The event id is made from the live input's id, the kind and that time.
[[nodiscard]] std::optional<fact> fact_of(const live_input& read);

// What a video stands for as a fact, whether a webhook brought it or a list.

// The fact that a video is being recorded, is ready or has failed, as of its last change; nothing for any
// other state. The event id is made from the video's id, its state and that time: a webhook that says the
// same has the same. (Cloudflare sends none for a video that is being recorded, and may change it often.)
[[nodiscard]] std::optional<fact> fact_of(const video& read);

} // namespace cloudflare
