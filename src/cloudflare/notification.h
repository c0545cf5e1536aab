// Whether a notification about a live input comes from Cloudflare (Cloudflare Notifications documentation,
// "Configure webhooks"). It carries a shared secret, not a signature: who has seen one can forge the next, so
// what it says is a hint to look, not a truth.
#pragma once

#include "crypto/secret.h"
#include "edge/headers.h"

#include <span>
#include <string_view>

namespace cloudflare {

inline constexpr std::string_view notification_header = "cf-webhook-auth";

// Takes the request's header fields and settings::notification_secrets. Compares with every secret in
// constant time; no without a header, and no where no secret is configured.
[[nodiscard]] bool verify_notification(const edge::headers& fields, std::span<const crypto::secret> secrets);

} // namespace cloudflare
