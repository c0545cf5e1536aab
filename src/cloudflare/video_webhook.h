// Whether a webhook about a recording comes from Cloudflare Stream (Cloudflare Stream documentation, "Use
// webhooks").
#pragma once

#include "crypto/secret.h"
#include "crypto/webhook_signature.h"
#include "edge/clock.h"
#include "edge/headers.h"

#include <cstdint>
#include <expected>
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

} // namespace cloudflare
