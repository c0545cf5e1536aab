// crypto::hmac_sha256 on the test cases of RFC 4231 section 4, and general properties.
#include "crypto/hex.h"
#include "crypto/sha256.h"
#include "support/catch.h"

#include <string>
#include <string_view>

namespace {

std::string tag_of(std::string_view key, std::string_view message) {
  return crypto::hex_encode(crypto::hmac_sha256(key, message));
}

} // namespace

TEST_CASE("HMAC-SHA-256 matches the tags of RFC 4231") {
  CHECK(tag_of(std::string(20, '\x0b'), "Hi There") ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(tag_of("Jefe", "what do ya want for nothing?") ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(tag_of(std::string(20, '\xaa'), std::string(50, '\xdd')) ==
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  CHECK(tag_of(crypto::hex_decode("0102030405060708090a0b0c0d0e0f10111213141516171819").value_or(""),
               std::string(50, '\xcd')) ==
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
  CHECK(tag_of(std::string(20, '\x0c'), "Test With Truncation").substr(0, 32) ==
        "a3b6167473100ee06e0c796c2955552b");
  CHECK(tag_of(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First") ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  CHECK(tag_of(std::string(131, '\xaa'), "This is a test using a larger than block-size key and a larger "
                                         "than block-size data. The key needs "
                                         "to be hashed before being used by the HMAC algorithm.") ==
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

TEST_CASE("A message in parts has the tag of the joined message") {
  const std::string_view message =
      R"(1565125718.{"test":"body"}, and enough behind it to fill more than one block)";
  const auto whole = crypto::hmac_sha256("SuperSecret123", message);
  CHECK(crypto::hmac_sha256("SuperSecret123", {}) == crypto::hmac_sha256("SuperSecret123", ""));
  for (std::size_t first = 0; first <= message.size(); ++first) {
    for (std::size_t second = first; second <= message.size(); ++second) {
      CHECK(crypto::hmac_sha256("SuperSecret123",
                                {message.substr(0, first), message.substr(first, second - first),
                                 message.substr(second)}) == whole);
    }
  }
}

TEST_CASE("A key longer than a block is replaced by its digest") {
  const std::string key(65, 'k');
  CHECK(crypto::hmac_sha256(key, "m") == crypto::hmac_sha256(crypto::sha256::of(key), "m"));
  CHECK(crypto::hmac_sha256(std::string(64, 'k'), "m") !=
        crypto::hmac_sha256(crypto::sha256::of(std::string(64, 'k')), "m"));
}
