// The shared secret of notifications.
#include "cloudflare/notification.h"

namespace cloudflare {

bool verify_notification(const edge::headers& fields, std::span<const crypto::secret> secrets) {
  const std::string_view given = fields.find(notification_header).value_or("");
  bool matched = false;
  for (const crypto::secret& each : secrets) {
    const bool same = each.matches(given); // asked of every one, also after one has matched
    matched = matched || same;
  }
  return matched;
}

} // namespace cloudflare
