// Webhooks and notifications of Cloudflare turned into facts (Cloudflare Stream documentation, "Use webhooks"
// and "Receive live webhooks"). They have two unlike shapes and come by two subscriptions.
#pragma once

#include "cloudflare/event_error.h"
#include "cloudflare/fact.h"
#include "cloudflare/settings.h"

#include <expected>
#include <optional>
#include <string_view>

namespace cloudflare {

// Takes the body of a webhook about a video, verified, and the settings that say where media may be. Gives
// its fact, or nothing for a state that does not matter. Uploads come this way too: their facts have no live
// input, as may those of recordings.
[[nodiscard]] std::expected<std::optional<fact>, event_error> read_video_event(std::string_view body,
                                                                               const settings& with);

// Takes the body of a notification, verified. Gives its fact, or nothing for the test message and for
// notifications about something else.
[[nodiscard]] std::expected<std::optional<fact>, event_error> read_notification(std::string_view body);

} // namespace cloudflare
