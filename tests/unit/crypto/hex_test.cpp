// crypto::hex_encode and hex_decode: RFC 4648 section 10 for base 16, and refusals.
#include "crypto/hex.h"
#include "support/catch.h"
#include "support/hex.h"

#include <array>
#include <string>

TEST_CASE("Base 16 matches the examples of RFC 4648 section 10, in lower case") {
  CHECK(crypto::hex_encode("").empty());
  CHECK(crypto::hex_encode("f") == "66");
  CHECK(crypto::hex_encode("fo") == "666f");
  CHECK(crypto::hex_encode("foobar") == "666f6f626172");
  CHECK(support::bytes_of_hex("666F6f626172") == "foobar");
  CHECK(support::bytes_of_hex("") == "");
}

TEST_CASE("Hexadecimal text with an odd length or an invalid digit is refused") {
  CHECK_FALSE(support::bytes_of_hex("6"));
  CHECK_FALSE(support::bytes_of_hex("666"));
  CHECK_FALSE(support::bytes_of_hex("0x66"));
  for (int c = 0; c < 256; ++c) {
    const auto byte = static_cast<char>(c);
    const bool digit =
        (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
    CHECK(support::bytes_of_hex(std::string{'0', byte}).has_value() == digit);
    CHECK(support::bytes_of_hex(std::string{byte, '0'}).has_value() == digit);
  }
}

TEST_CASE("A fixed number of bytes needs exactly twice as many digits") {
  std::array<std::uint8_t, 2> out{};
  CHECK(crypto::hex_decode("00fF", out));
  CHECK(out == std::array<std::uint8_t, 2>{0x00, 0xff});
  CHECK_FALSE(crypto::hex_decode("00ff0", out));
  CHECK_FALSE(crypto::hex_decode("00ff00", out));
  CHECK_FALSE(crypto::hex_decode("00", out));
  CHECK_FALSE(crypto::hex_decode("", out));
}

TEST_CASE("Every byte survives a hexadecimal round trip") {
  std::string all;
  for (int c = 0; c < 256; ++c) {
    all += static_cast<char>(c);
  }
  CHECK(support::bytes_of_hex(crypto::hex_encode(all)) == all);
}
