// crypto::hex_encode and hex_decode: RFC 4648 section 10 for base 16, and refusals.
#include "crypto/hex.h"
#include "support/catch.h"

#include <array>
#include <string>

TEST_CASE("Base 16 matches the examples of RFC 4648 section 10, in lower case") {
  CHECK(crypto::hex_encode("").empty());
  CHECK(crypto::hex_encode("f") == "66");
  CHECK(crypto::hex_encode("fo") == "666f");
  CHECK(crypto::hex_encode("foobar") == "666f6f626172");
  CHECK(crypto::hex_decode("666F6f626172") == "foobar");
  CHECK(crypto::hex_decode("") == "");
}

TEST_CASE("Hexadecimal text with an odd length or an invalid digit is refused") {
  CHECK_FALSE(crypto::hex_decode("6"));
  CHECK_FALSE(crypto::hex_decode("666"));
  CHECK_FALSE(crypto::hex_decode("0x66"));
  for (int c = 0; c < 256; ++c) {
    const auto byte = static_cast<char>(c);
    const bool digit =
        (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
    CHECK(crypto::hex_decode(std::string{'0', byte}).has_value() == digit);
    CHECK(crypto::hex_decode(std::string{byte, '0'}).has_value() == digit);
  }
}

TEST_CASE("A fixed number of bytes needs exactly twice as many digits") {
  std::array<std::uint8_t, 2> out{};
  CHECK(crypto::hex_decode_into("00fF", out));
  CHECK(out == std::array<std::uint8_t, 2>{0x00, 0xff});
  CHECK_FALSE(crypto::hex_decode_into("00ff0", out));
  CHECK_FALSE(crypto::hex_decode_into("00ff00", out));
  CHECK_FALSE(crypto::hex_decode_into("00", out));
  CHECK_FALSE(crypto::hex_decode_into("", out));
}

TEST_CASE("Every byte survives a hexadecimal round trip") {
  std::string all;
  for (int c = 0; c < 256; ++c) {
    all += static_cast<char>(c);
  }
  CHECK(crypto::hex_decode(crypto::hex_encode(all)) == all);
}
