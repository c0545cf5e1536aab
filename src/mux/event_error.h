// Why a webhook of Mux could not be read. It was signed, so sending it again would not help: the sender is
// told that all is well, and the error is counted.
#pragma once

#include <cstdint>
#include <string_view>

namespace mux {

enum class event_error : std::uint8_t {
  not_json,     // the body is not JSON
  no_type,      // the body has no event type
  bad_id,       // the event's id is missing or cannot be part of a key
  bad_time,     // the event's time is missing or no time
  bad_resource, // the live stream's or the asset's id is missing or is no id
};

// The enumerator's name, for a log line. Never fails; the text is static.
[[nodiscard]] std::string_view name_of(event_error error) noexcept;

} // namespace mux
