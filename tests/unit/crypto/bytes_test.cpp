// crypto::constant_time_equal and crypto::secret: the results. Constant time follows from the code; a clock
// in a test would prove it on one machine on one day.
#include "crypto/bytes.h"
#include "crypto/secret.h"
#include "support/catch.h"

#include <string>

TEST_CASE("Bytes are equal exactly if length and content are") {
  for (std::size_t size = 0; size < 40; ++size) {
    const std::string expected(size, 'x');
    for (std::size_t other = 0; other < 80; ++other) {
      CHECK(crypto::constant_time_equal(std::string(other, 'x'), expected) == (size == other));
    }
  }
}

TEST_CASE("One different bit anywhere is a mismatch") {
  const std::string expected = "0123456789abcdef0123456789abcdef";
  CHECK(crypto::constant_time_equal(expected, expected));
  for (std::size_t at = 0; at < expected.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string given = expected;
      given[at] = static_cast<char>(static_cast<unsigned char>(given[at]) ^ (1U << bit));
      CHECK_FALSE(crypto::constant_time_equal(given, expected));
      CHECK_FALSE(crypto::constant_time_equal(expected, given));
    }
  }
}

TEST_CASE("A secret matches only itself, and an empty one matches nothing") {
  const crypto::secret secret(std::string("k\0y", 3));
  CHECK(secret.matches(std::string("k\0y", 3)));
  CHECK_FALSE(secret.matches("k"));
  CHECK_FALSE(secret.matches(""));
  CHECK(secret.size() == 3);
  CHECK(crypto::secret().empty());
  CHECK_FALSE(crypto::secret().matches(""));
  CHECK_FALSE(crypto::secret().matches("k"));
}
