// crypto::sha256 on the examples of FIPS 180-4, and general properties.
#include "crypto/hex.h"
#include "crypto/sha256.h"
#include "support/catch.h"

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
