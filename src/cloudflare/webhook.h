// Webhooks about recordings (Cloudflare Stream documentation, "Use webhooks"), notifications about live
// inputs ("Receive live webhooks"), and events about both in a queue ("Stream events"). All three differ in
// shape.
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
#include <string>
#include <string_view>

namespace cloudflare {

inline constexpr std::string_view signature_header = "Webhook-Signature";
inline constexpr crypto::webhook_signature signature_scheme{.time_name = "time", .signature_name = "sig1"};

// Takes the header fields of a webhook about a video, its body as received, and settings::webhook_secrets.
// Returns the time of signing in seconds since 1970, or why the webhook is refused.
[[nodiscard]] std::expected<std::int64_t, crypto::signature_error>
verify_video_webhook(const edge::headers& fields, std::string_view body,
                     std::span<const crypto::secret> secrets, edge::timestamp now);

// Why an authentic webhook or notification could not be read. Sending it again would not help, so the sender
// gets a success, and the error is counted.
enum class event_error : std::uint8_t {
  not_json,     // the body is not JSON
  no_type,      // the body is not a video with a state, or not an event of Cloudflare Stream
  bad_time,     // the event's time is missing or malformed
  bad_resource, // the video's or the live input's id is missing or malformed
};

// The enumerator's name, for a log line. Never fails; the text is static.
[[nodiscard]] std::string_view name_of(event_error error) noexcept;

// Reads the verified body of a webhook about a video. The settings say where media may be. Returns its fact,
// or nothing for an irrelevant state. Uploads come this way too. Their facts have no live input, and those of
// recordings may have none.
[[nodiscard]] std::expected<std::optional<fact>, event_error> read_video_event(std::string_view body,
                                                                               const settings& with);

// Reads the verified body of a notification. Returns its fact, or nothing for the test message and for
// notifications about anything but live inputs.
[[nodiscard]] std::expected<std::optional<fact>, event_error> read_notification(std::string_view body);

// Reads an event of a queue, which has no signature: only members of the account can send to its queues.
// Returns the fact that a webhook about the same video gives, or fact_of by the status of the live input, or
// nothing for other events of Cloudflare Stream.
[[nodiscard]] std::expected<std::optional<fact>, event_error> read_queue_event(std::string_view body,
                                                                               const settings& with);

// The live input's id in a verified body of either kind that cannot be read, so that its stream can be
// compared with Cloudflare. Nothing if that cannot be read either.
[[nodiscard]] std::optional<std::string> live_input_in(std::string_view body);

// The creator of the video that a verified body of either kind is about.
[[nodiscard]] std::optional<std::string> creator_in(std::string_view body);

inline constexpr std::string_view notification_header = "cf-webhook-auth";

// Whether a notification comes from Cloudflare (Cloudflare Notifications documentation, "Configure
// webhooks"). It has a shared secret and no signature: anyone who has seen one can forge the next, so treat
// it as a hint to look. Takes the request's header fields and settings::notification_secrets, and compares
// with all secrets in constant time. False without a header and without a configured secret.
[[nodiscard]] bool verify_notification(const edge::headers& fields, std::span<const crypto::secret> secrets);

} // namespace cloudflare
