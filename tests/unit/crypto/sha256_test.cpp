// crypto::sha256 on the examples of FIPS 180-4, crypto::hmac_sha256 on the test cases of RFC 4231 section 4,
// and general properties of both.
#include "crypto/hex.h"
#include "crypto/sha256.h"
#include "support/catch.h"
#include "support/hex.h"

#include <string>
#include <string_view>

namespace {

std::string digest_of(std::string_view message) { return crypto::hex_encode(crypto::sha256::of(message)); }

std::string counting(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) {
    text[i] = static_cast<char>(i * 31 + i / 251);
  }
  return text;
}

} // namespace

TEST_CASE("SHA-256 matches the examples for FIPS 180-4") {
  CHECK(digest_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(digest_of("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(digest_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(digest_of(
            "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrs"
            "mnopqrstnopqrstu") == "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
  CHECK(digest_of(std::string(1'000'000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("SHA-256 pads correctly whether or not the length fits into the last block") {
  // Computed with sha256sum of GNU coreutils.
  CHECK(digest_of(std::string(55, 'a')) ==
        "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
  CHECK(digest_of(std::string(56, 'a')) ==
        "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a");
  CHECK(digest_of(std::string(63, 'a')) ==
        "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34");
  CHECK(digest_of(std::string(64, 'a')) ==
        "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
  CHECK(digest_of(std::string(119, 'a')) ==
        "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb");
  CHECK(digest_of(std::string(120, 'a')) ==
        "2f3d335432c70b580af0e8e1b3674a7c020d683aa5f73aaaedfdc55af904c21c");
}

TEST_CASE("A message in two pieces has the digest of the whole, wherever it is split") {
  for (const std::size_t size : {0U, 1U, 55U, 56U, 63U, 64U, 65U, 119U, 128U, 200U}) {
    const std::string message = counting(size);
    const auto whole = crypto::sha256::of(message);
    for (std::size_t cut = 0; cut <= size; ++cut) {
      crypto::sha256 hash;
      hash.update(std::string_view(message).substr(0, cut)).update(std::string_view(message).substr(cut));
      CHECK(hash.finish() == whole);
    }
  }
}

TEST_CASE("A message byte by byte has the digest of the whole") {
  const std::string message = counting(1000);
  crypto::sha256 hash;
  for (const char& byte : message) {
    hash.update(std::string_view(&byte, 1));
  }
  CHECK(hash.finish() == crypto::sha256::of(message));
}

TEST_CASE("A finished hash starts a new message") {
  crypto::sha256 hash;
  hash.update("something");
  (void)hash.finish();
  CHECK(hash.update("abc").finish() == crypto::sha256::of("abc"));
}

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
  CHECK(tag_of(support::bytes_of_hex("0102030405060708090a0b0c0d0e0f10111213141516171819").value_or(""),
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
