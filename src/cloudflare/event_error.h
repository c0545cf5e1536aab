// Why a webhook or notification of Cloudflare could not be read. It was authentic, so sending it again would
// not help: the sender is told that all is well, and the error is counted.
#pragma once

#include <cstdint>
#include <string_view>

namespace cloudflare {

enum class event_error : std::uint8_t {
  not_json,     // the body is not JSON
  no_type,      // the body is no video with a state, or no notification
  bad_time,     // the event's time is missing or no time
  bad_resource, // the video's or the live input's id is missing or is no id
};

// The enumerator's name, for a log line. Never fails; the text is static.
[[nodiscard]] std::string_view name_of(event_error error) noexcept;

} // namespace cloudflare
