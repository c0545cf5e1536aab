// Webhooks of LiveKit (LiveKit documentation, "Webhooks"): JSON, and in the header Authorization, without
// "Bearer", a token whose claim sha256 is the digest of the body.
#pragma once

#include "edge/clock.h"
#include "edge/http/headers.h"
#include "livekit/settings.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace livekit {

// Whether LiveKit sent it: signed with our secret and valid now, about exactly this body.
[[nodiscard]] bool verify_webhook(const edge::headers& fields, std::string_view body, const settings& with,
                                  edge::timestamp now);

// What is to be looked at after an event.
enum class news : std::uint8_t {
  published,     // the phone is there: its egress may begin
  egress_ended,  // regularly, as when the phone returned in another session
  egress_failed, // the next one may fail as well
};

struct event {
  livekit::news news;
  std::string room;
};

// The event in a verified body; nullopt if it is another one or cannot be read. An event that comes twice
// means the same: it only says that there is something to look at.
[[nodiscard]] std::optional<event> read_event(std::string_view body);

} // namespace livekit
