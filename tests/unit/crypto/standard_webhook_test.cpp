#include "crypto/base64.h"
#include "crypto/standard_webhook.h"
#include "support/catch.h"
#include "support/vectors.h"

#include <string>
#include <vector>

using crypto::sign_standard_webhook;
using crypto::standard_webhook_key;

TEST_CASE("A webhook is signed as Standard Webhooks' own example is") {
  const auto folder = support::vectors_folder();
  if (!folder) {
    return;
  }
  const auto file = support::read_json(*folder + "/signatures.json");
  int found = 0;
  for (const json::value entry : file.root().elements()) {
    if (entry["scheme"].text() != "standard-webhooks") {
      continue;
    }
    ++found;
    const auto key = standard_webhook_key(entry["secret"].text().value_or(""));
    REQUIRE(key);
    CHECK(sign_standard_webhook(entry["id"].text().value_or(""), entry["timestamp"].integer().value_or(0),
                                entry["body"].text().value_or(""),
                                {&*key, 1}) == "v1," + entry["v1_base64"].text_or_empty());
  }
  CHECK(found == 1);
}

TEST_CASE("Each key signs, in its order") {
  const std::vector<crypto::secret> keys{crypto::secret{std::string(24, 'a')},
                                         crypto::secret{std::string(24, 'b')}};
  const std::string both = sign_standard_webhook("evt_1", 1'700'000'000, "{}", keys);
  const std::string first = sign_standard_webhook("evt_1", 1'700'000'000, "{}", {keys.data(), 1});
  const std::string second = sign_standard_webhook("evt_1", 1'700'000'000, "{}", {&keys[1], 1});
  CHECK(both == first + ' ' + second);
  CHECK(first != second);
  CHECK(sign_standard_webhook("evt_2", 1'700'000'000, "{}", {keys.data(), 1}) != first);
  CHECK(sign_standard_webhook("evt_1", 1'700'000'001, "{}", {keys.data(), 1}) != first);
  CHECK(sign_standard_webhook("evt_1", 1'700'000'000, "[]", {keys.data(), 1}) != first);
}

TEST_CASE("A key has its prefix, and 24 to 64 bytes in base 64") {
  const auto text = [](std::size_t bytes) {
    return "whsec_" + crypto::base64_encode(std::string(bytes, '~'));
  };
  CHECK_FALSE(standard_webhook_key(text(23)));
  CHECK(standard_webhook_key(text(24)).value_or(crypto::secret{}).size() == 24);
  CHECK(standard_webhook_key(text(64)).value_or(crypto::secret{}).size() == 64);
  CHECK_FALSE(standard_webhook_key(text(65)));
  CHECK_FALSE(standard_webhook_key(text(24).substr(6)));
  CHECK_FALSE(standard_webhook_key(text(24) + '='));
  CHECK_FALSE(standard_webhook_key("whsec_" + std::string(32, '-')));
  CHECK_FALSE(standard_webhook_key(""));
}
