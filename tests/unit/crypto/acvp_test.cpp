// NIST's ACVP vectors for SHA-256 and HMAC-SHA-256 (from paulmillr/acvp-vectors, a mirror of
// usnistgov/ACVP-Server).
#include "crypto/hex.h"
#include "crypto/sha256.h"
#include "support/catch.h"
#include "support/hex.h"
#include "support/vectors.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace {

using support::bytes_of;

// Only the group with that test type: the file has one of each.
json::value tests_of(const json::document& file, std::string_view type) {
  for (const json::value group : file.root()["testGroups"].elements()) {
    if (group["testType"].text() == type) {
      return group["tests"];
    }
  }
  return {};
}

// The Monte Carlo test in its "alternate" version: each hash covers the three before it, truncated or
// zero-padded to the length of the seed (ACVP's SHA specification, section 6.2.2).
crypto::sha256_digest thousand_hashes(const std::string& seed, std::size_t size) {
  std::string a = seed;
  std::string b = seed;
  std::string c = seed;
  crypto::sha256_digest digest{};
  for (int i = 0; i < 1000; ++i) {
    std::string message = a;
    message.append(b).append(c).resize(size);
    digest = crypto::sha256::of(message);
    a = b;
    b = c;
    c.assign(digest.begin(), digest.end());
  }
  return digest;
}

crypto::sha256_digest repeated(const std::string& content, std::uint64_t size) {
  std::string piece;
  while (piece.size() < 65536) {
    piece += content;
  }
  crypto::sha256 hash;
  for (std::uint64_t done = 0; done < size; done += piece.size()) {
    hash.update(std::string_view(piece).substr(
        0, static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), size - done))));
  }
  return hash.finish();
}

} // namespace

TEST_CASE("ACVP: SHA-256 matches all 512 functional digests") {
  const auto folder = support::unpacked_vectors_folder();
  if (!folder) {
    return;
  }
  const auto file = support::read_json(*folder + "/acvp/SHA2-256-1.0.json");
  int count = 0;
  for (const json::value test : tests_of(file, "AFT").elements()) {
    INFO("tcId " << test["tcId"].integer().value_or(-1));
    const std::string message = bytes_of(test["msg"]);
    REQUIRE(test["len"].integer() == static_cast<std::int64_t>(message.size()) * 8);
    CHECK(crypto::hex_encode(crypto::sha256::of(message)) == crypto::hex_encode(bytes_of(test["md"])));
    ++count;
  }
  CHECK(count == 512);
}

TEST_CASE("ACVP: SHA-256 matches the 100 digests of the Monte Carlo test") {
  const auto folder = support::unpacked_vectors_folder();
  if (!folder) {
    return;
  }
  const auto file = support::read_json(*folder + "/acvp/SHA2-256-1.0.json");
  const json::value test = tests_of(file, "MCT").at(0);
  std::string seed = bytes_of(test["msg"]);
  const std::size_t size = seed.size();
  int count = 0;
  for (const json::value result : test["resultsArray"].elements()) {
    const auto digest = thousand_hashes(seed, size);
    CHECK(crypto::hex_encode(digest) == crypto::hex_encode(bytes_of(result["md"])));
    seed.assign(digest.begin(), digest.end());
    ++count;
  }
  CHECK(count == 100);
  WARN("not run: ACVP large data tests 514 to 517, messages of 1 to 8 GiB that take a minute; unit_tests "
       "[large] runs them");
}

TEST_CASE("ACVP: SHA-256 matches the digests of messages of 1 to 8 GiB", "[.][large]") {
  const auto folder = support::unpacked_vectors_folder();
  if (!folder) {
    return;
  }
  const auto file = support::read_json(*folder + "/acvp/SHA2-256-1.0.json");
  int count = 0;
  for (const json::value test : tests_of(file, "LDT").elements()) {
    INFO("tcId " << test["tcId"].integer().value_or(-1));
    const json::value message = test["largeMsg"];
    REQUIRE(message["expansionTechnique"].text() == "repeating");
    const auto bits = static_cast<std::uint64_t>(message["fullLength"].integer().value_or(0));
    CHECK(crypto::hex_encode(repeated(bytes_of(message["content"]), bits / 8)) ==
          crypto::hex_encode(bytes_of(test["md"])));
    ++count;
  }
  CHECK(count == 4);
}

TEST_CASE("ACVP: HMAC-SHA-256 matches all 975 tags, each truncated to its group's length") {
  const auto folder = support::unpacked_vectors_folder();
  if (!folder) {
    return;
  }
  const auto file = support::read_json(*folder + "/acvp/HMAC-SHA2-256-1.0.json");
  int count = 0;
  for (const json::value group : file.root()["testGroups"].elements()) {
    const auto size = static_cast<std::size_t>(group["macLen"].integer().value_or(0)) / 8;
    REQUIRE(size > 0);
    for (const json::value test : group["tests"].elements()) {
      INFO("tcId " << test["tcId"].integer().value_or(-1));
      const auto tag = crypto::hmac_sha256(bytes_of(test["key"]), bytes_of(test["msg"]));
      CHECK(crypto::hex_encode(tag).substr(0, 2 * size) == crypto::hex_encode(bytes_of(test["mac"])));
      ++count;
    }
  }
  CHECK(count == 975);
}
