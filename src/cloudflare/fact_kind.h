// What a webhook of Cloudflare says has happened.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace cloudflare {

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

// The kind with that name, or with that type of notification; nothing for any other text.
[[nodiscard]] std::optional<fact_kind> fact_kind_named(std::string_view name) noexcept;
[[nodiscard]] std::optional<fact_kind> fact_kind_of_event(std::string_view event_type) noexcept;

} // namespace cloudflare
