// crypto::base64_encode, base64url_encode and base64url_decode: RFC 4648 section 10, RFC 7515 appendix C, and
// refusals.
#include "crypto/base64.h"
#include "support/catch.h"

#include <string>
#include <string_view>

TEST_CASE("Base64 matches the examples of RFC 4648 section 10") {
  CHECK(crypto::base64_encode("").empty());
  CHECK(crypto::base64_encode("f") == "Zg==");
  CHECK(crypto::base64_encode("fo") == "Zm8=");
  CHECK(crypto::base64_encode("foo") == "Zm9v");
  CHECK(crypto::base64_encode("foob") == "Zm9vYg==");
  CHECK(crypto::base64_encode("fooba") == "Zm9vYmE=");
  CHECK(crypto::base64_encode("foobar") == "Zm9vYmFy");
  CHECK(crypto::base64_encode("\xfb\xff\xfe") == "+//+");
  CHECK(crypto::base64_encode("Aladdin:open sesame") == "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="); // RFC 7617 section 2
}

TEST_CASE("Base64 decodes only what the encoder would write") {
  CHECK(crypto::base64_decode("") == "");
  CHECK(crypto::base64_decode("Zg==") == "f");
  CHECK(crypto::base64_decode("Zm8=") == "fo");
  CHECK(crypto::base64_decode("+//+") == "\xfb\xff\xfe");
  for (const std::string_view text :
       {"Zg", "Zg=", "Zh==", "-__-", "Zm9v\n", "Zg==Zg==", "====", "=", "Z===", "Zm=v"}) {
    INFO(text);
    CHECK_FALSE(crypto::base64_decode(text));
  }
}

TEST_CASE("Base64url has its own two characters and no padding") {
  CHECK(crypto::base64url_encode("").empty());
  CHECK(crypto::base64url_encode("f") == "Zg");
  CHECK(crypto::base64url_encode("fo") == "Zm8");
  CHECK(crypto::base64url_encode("foo") == "Zm9v");
  CHECK(crypto::base64url_encode("\xfb\xff\xfe") == "-__-");
  CHECK(crypto::base64url_encode("\x03\xec\xff\xe0\xc1") == "A-z_4ME"); // RFC 7515 appendix C
  CHECK(crypto::base64url_decode("A-z_4ME") == "\x03\xec\xff\xe0\xc1");
}

TEST_CASE("Base64url refuses padding, white space, other characters and a left-over character") {
  for (const std::string_view text : {"Zg==", "Zg=", "Zm8=", "Zm9v\n", " Zm9v", "Zm 9v", "Zm9v+/", "Zm9v.",
                                      "Z", "Zm9vZ", "Zm\xc3\xa9v", "=", "===="}) {
    INFO(text);
    CHECK_FALSE(crypto::base64url_decode(text));
  }
  CHECK_FALSE(crypto::base64url_decode(std::string_view("Zm9v\0", 5)));
}

TEST_CASE("Exactly one text decodes to any given bytes") {
  // All texts of one, two and three characters with every value of the last one. Only the encoder's output is
  // accepted, so the unused bits of the last character are zero.
  int accepted = 0;
  for (const std::string_view start : {"", "Z", "Zm", "Zm9"}) {
    for (int c = 0; c < 256; ++c) {
      const std::string text = std::string(start) + static_cast<char>(c);
      if (const auto bytes = crypto::base64url_decode(text)) {
        ++accepted;
        CHECK(crypto::base64url_encode(*bytes) == text);
      }
    }
  }
  CHECK(accepted == 0 + 4 + 16 + 64);
}

TEST_CASE("Bytes of every length and value survive a base64 round trip") {
  std::string bytes;
  for (int i = 0; i < 600; ++i) {
    CHECK(crypto::base64url_decode(crypto::base64url_encode(bytes)) == bytes);
    bytes += static_cast<char>(i * 37 + i / 256);
  }
}
