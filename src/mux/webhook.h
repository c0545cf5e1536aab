// Whether a webhook comes from Mux (Mux documentation, "Verify webhook signatures").
#pragma once

#include "crypto/secret.h"
#include "crypto/webhook_signature.h"
#include "edge/clock.h"
#include "edge/headers.h"

#include <cstdint>
#include <expected>
#include <span>
#include <string_view>

namespace mux {

inline constexpr std::string_view signature_header = "Mux-Signature";
inline constexpr crypto::webhook_signature signature_scheme{.time_name = "t", .signature_name = "v1"};

// Takes the request's header fields, its body as received, and the secrets of settings. Gives the time of
// signing in seconds since 1970, or why it is refused.
[[nodiscard]] std::expected<std::int64_t, crypto::signature_error>
verify_webhook(const edge::headers& fields, std::string_view body, std::span<const crypto::secret> secrets,
               edge::timestamp now);

} // namespace mux
