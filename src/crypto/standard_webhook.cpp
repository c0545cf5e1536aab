#include "crypto/standard_webhook.h"

#include "crypto/base64.h"
#include "crypto/sha256.h"
#include "json/number.h"

namespace crypto {

std::optional<secret> standard_webhook_key(std::string_view text) {
  constexpr std::string_view prefix = "whsec_";
  constexpr std::size_t shortest = 24;
  constexpr std::size_t longest = 64;
  if (!text.starts_with(prefix)) {
    return std::nullopt;
  }
  auto key = base64_decode(text.substr(prefix.size()));
  if (!key || key->size() < shortest || key->size() > longest) {
    return std::nullopt;
  }
  return secret{*std::move(key)};
}

std::string sign_standard_webhook(std::string_view id, std::int64_t seconds, std::string_view body,
                                  std::span<const secret> keys) {
  const std::string time = json::decimal(seconds);
  std::string signatures;
  for (const secret& each : keys) {
    signatures.append(signatures.empty() ? "v1," : " v1,")
        .append(base64_encode(hmac_sha256(each.bytes(), {id, ".", time, ".", body})));
  }
  return signatures;
}

} // namespace crypto
