// Webhooks of Mux (Mux documentation, "Verify webhook signatures" and "Listen for webhooks").
#pragma once

#include "crypto/secret.h"
#include "crypto/webhook_signature.h"
#include "edge/clock.h"
#include "edge/http/headers.h"
#include "mux/fact.h"

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mux {

inline constexpr std::string_view signature_header = "Mux-Signature";
inline constexpr crypto::webhook_signature signature_scheme{.time_name = "t", .signature_name = "v1"};

// Takes the request's header fields, its body as received, and the secrets of settings. Returns the time of
// signing in seconds since 1970, or why the webhook is refused.
[[nodiscard]] std::expected<std::int64_t, crypto::signature_error>
verify_webhook(const edge::headers& fields, std::string_view body, std::span<const crypto::secret> secrets,
               edge::timestamp now);

// Why a signed webhook could not be read. Sending it again would not help, so the sender gets a success, and
// the error is counted.
enum class event_error : std::uint8_t {
  not_json,     // the body is not JSON
  no_type,      // the body has no event type
  bad_id,       // the event's id is missing or cannot be part of a key
  bad_time,     // the event's time is missing or malformed
  bad_resource, // the live stream's or the asset's id is missing or malformed
};

// The enumerator's name, for a log line. Never fails; the text is static.
[[nodiscard]] std::string_view name_of(event_error error) noexcept;

// Reads a verified body. Returns its fact, or nothing if it is not about a live stream or its recordings (an
// unknown type, a simulcast target, an upload, an on-demand asset, …). All events of a Mux environment come
// here: the passthrough tells whether the live stream is ours.
[[nodiscard]] std::expected<std::optional<fact>, event_error> read_event(std::string_view body);

// The passthrough in a verified body that read_event cannot read, so that its stream can be compared with
// Mux. Nothing if that cannot be read either.
[[nodiscard]] std::optional<std::string> passthrough_in(std::string_view body);

} // namespace mux
