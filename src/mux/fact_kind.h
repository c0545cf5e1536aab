// What a webhook of Mux says has happened, by its `type`. The resource's own `status` is not asked: at
// "recording" it is still idle, and at "disconnected" still active.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mux {

enum class fact_kind : std::uint8_t {
  stream_connected,    // an encoder has connected; nothing is stored yet
  stream_recording,    // media arrives and is recorded; not playable yet
  stream_active,       // playable: live
  stream_disconnected, // the encoder is gone and may come back within the reconnect window
  stream_idle,         // the broadcast has ended
  stream_enabled,      // encoders are admitted again
  stream_disabled,     // encoders are refused
  stream_deleted,      // the live stream is gone, its recordings are not
  asset_created,       // a recording has begun
  asset_ready,         // a recording is playable, about ten seconds into the broadcast
  asset_completed,     // a recording is final
  asset_errored,       // a recording has failed
  asset_deleted,       // a recording is gone
};

// Whether it is about a recording, and not about the live stream itself.
[[nodiscard]] constexpr bool is_about_asset(fact_kind kind) noexcept {
  return kind >= fact_kind::asset_created;
}

// The enumerator's name, as facts store it.
[[nodiscard]] std::string_view name_of(fact_kind kind) noexcept;

// The kind with that name, or with that event type; nothing for any other text.
[[nodiscard]] std::optional<fact_kind> fact_kind_named(std::string_view name) noexcept;
[[nodiscard]] std::optional<fact_kind> fact_kind_of_event(std::string_view type) noexcept;

} // namespace mux
