// Whether a webhook about a recording comes from Cloudflare Stream (Cloudflare Stream documentation, "Use
// webhooks").
#pragma once

#include "cloudflare/fact.h"
#include "cloudflare/settings.h"
#include "crypto/secret.h"
#include "crypto/webhook_signature.h"
#include "edge/clock.h"
#include "edge/http/headers.h"

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string_view>

namespace cloudflare {

inline constexpr std::string_view signature_header = "Webhook-Signature";
inline constexpr crypto::webhook_signature signature_scheme{.time_name = "time", .signature_name = "sig1"};

// Takes the request's header fields, its body as received, and settings::webhook_secrets. Gives the time of
// signing in seconds since 1970, or why it is refused.
[[nodiscard]] std::expected<std::int64_t, crypto::signature_error>
verify_video_webhook(const edge::headers& fields, std::string_view body,
                     std::span<const crypto::secret> secrets, edge::timestamp now);

// Why a webhook or notification of Cloudflare could not be read. It was authentic, so sending it again would
// not help: the sender is told that all is well, and the error is counted.

enum class event_error : std::uint8_t {
  not_json,     // the body is not JSON
  no_type,      // the body is no video with a state, or no notification
  bad_time,     // the event's time is missing or no time
  bad_resource, // the video's or the live input's id is missing or is no id
};

// The enumerator's name, for a log line. Never fails; the text is static.
[[nodiscard]] std::string_view name_of(event_error error) noexcept;

// Webhooks and notifications of Cloudflare turned into facts (Cloudflare Stream documentation, "Use webhooks"
// and "Receive live webhooks"). They have two unlike shapes and come by two subscriptions.

// Takes the body of a webhook about a video, verified, and the settings that say where media may be. Gives
// its fact, or nothing for a state that does not matter. Uploads come this way too: their facts have no live
// input, as may those of recordings.
[[nodiscard]] std::expected<std::optional<fact>, event_error> read_video_event(std::string_view body,
                                                                               const settings& with);

// Takes the body of a notification, verified. Gives its fact, or nothing for the test message and for
// notifications about something else.
[[nodiscard]] std::expected<std::optional<fact>, event_error> read_notification(std::string_view body);

// Whether a notification about a live input comes from Cloudflare (Cloudflare Notifications documentation,
// "Configure webhooks"). It carries a shared secret, not a signature: who has seen one can forge the next, so
// what it says is a hint to look, not a truth.

inline constexpr std::string_view notification_header = "cf-webhook-auth";

// Takes the request's header fields and settings::notification_secrets. Compares with every secret in
// constant time; no without a header, and no where no secret is configured.
[[nodiscard]] bool verify_notification(const edge::headers& fields, std::span<const crypto::secret> secrets);

} // namespace cloudflare
