// Webhooks that we send, signed by Standard Webhooks 1.0 (standardwebhooks.com, "Signature scheme"): with
// HMAC-SHA256, in base 64, over "<id>.<seconds since 1970>.<body>".
#pragma once

#include "crypto/secret.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace crypto {

// The key in a text such as "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw". Nullopt unless it is that prefix and
// the base 64 of 24 to 64 bytes.
[[nodiscard]] std::optional<secret> standard_webhook_key(std::string_view text);

// The value of the header webhook-signature: a signature with each key, separated by spaces.
[[nodiscard]] std::string sign_standard_webhook(std::string_view id, std::int64_t seconds,
                                                std::string_view body, std::span<const secret> keys);

} // namespace crypto
