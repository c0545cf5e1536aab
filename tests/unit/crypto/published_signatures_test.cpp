// Published signatures from the providers' SDKs, their documentation and the Standard Webhooks specification.
// The file names the source of each.
#include "crypto/base64.h"
#include "crypto/hex.h"
#include "crypto/sha256.h"
#include "support/catch.h"
#include "support/vectors.h"

#include <string>
#include <string_view>

TEST_CASE("HMAC-SHA-256 matches published signatures") {
  const auto folder = support::vectors_folder();
  if (!folder) {
    return;
  }
  const auto file = support::read_json(*folder + "/signatures.json");
  int mux = 0;
  int standard_webhooks = 0;
  int plain = 0;
  for (const json::value entry : file.root().elements()) {
    const auto scheme = entry["scheme"].text().value_or("");
    const auto secret = entry["secret"].text().value_or("");
    const auto body = entry["body"].text().value_or("");
    const std::string time = std::to_string(entry["timestamp"].integer().value_or(-1));
    INFO(scheme << ", " << entry["source"].text().value_or(""));
    if (scheme == "mux") {
      ++mux;
      CHECK(crypto::hex_encode(crypto::hmac_sha256(secret, {time, ".", body})) == entry["v1"].text());
    } else if (scheme == "standard-webhooks") {
      ++standard_webhooks;
      constexpr std::string_view prefix = "whsec_";
      REQUIRE(secret.starts_with(prefix));
      // The key after the prefix is in base64, here without a character that differs between the two
      // alphabets.
      const auto key = crypto::base64url_decode(secret.substr(prefix.size()));
      REQUIRE(key);
      const auto id = entry["id"].text().value_or("");
      CHECK(crypto::base64_encode(crypto::hmac_sha256(key.value_or(""), {id, ".", time, ".", body})) ==
            entry["v1_base64"].text());
    } else if (scheme == "hmac-only") {
      ++plain;
      CHECK(crypto::hex_encode(crypto::hmac_sha256(secret, entry["message"].text().value_or(""))) ==
            entry["sha256"].text());
    } else {
      FAIL_CHECK("a scheme that this test does not know");
    }
  }
  CHECK(mux == 2);
  CHECK(standard_webhooks == 1);
  CHECK(plain == 1);
}
