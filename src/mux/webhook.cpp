// Mux's header, verified with Mux's names.
#include "mux/webhook.h"

#include <chrono>

namespace mux {

std::expected<std::int64_t, crypto::signature_error> verify_webhook(const edge::headers& fields,
                                                                    std::string_view body,
                                                                    std::span<const crypto::secret> secrets,
                                                                    edge::timestamp now) {
  const auto now_seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  return signature_scheme.verify(fields.find(signature_header).value_or(""), body, secrets, now_seconds);
}

} // namespace mux
