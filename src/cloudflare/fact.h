// What Cloudflare said once: a webhook or notification without what does not matter.
#pragma once

#include "cloudflare/fact_kind.h"
#include "edge/clock.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cloudflare {

struct fact {
  static constexpr std::size_t max_metadata_size = 1024; // what Workers KV takes

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

  // A JSON object of at most max_metadata_size bytes, to be kept beside a key.
  [[nodiscard]] std::string to_metadata() const;

  // The reverse; nothing for a text that to_metadata does not write.
  [[nodiscard]] static std::optional<fact> from_metadata(std::string_view text);
};

} // namespace cloudflare
