// Project Wycheproof (C2SP/wycheproof): tags and tokens, valid and invalid.
#include "crypto/base64.h"
#include "crypto/bytes.h"
#include "crypto/hex.h"
#include "crypto/jws.h"
#include "crypto/sha256.h"
#include "support/catch.h"
#include "support/hex.h"
#include "support/vectors.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace {

using support::bytes_of;

struct tally {
  int valid = 0;
  int invalid = 0;
};

// Runs every group whose key is for HS256, except the named tests.
tally run_hs256(const json::document& file, std::span<const std::int64_t> left_out) {
  tally counted;
  for (const json::value group : file.root()["testGroups"].elements()) {
    const json::value jwk = group["private"];
    if (jwk["kty"].text() != "oct" || jwk["alg"].text() != "HS256") {
      continue;
    }
    const auto key = crypto::base64url_decode(jwk["k"].text().value_or("no text"));
    REQUIRE(key);
    for (const json::value test : group["tests"].elements()) {
      const std::int64_t id = test["tcId"].integer().value_or(-1);
      if (std::ranges::contains(left_out, id)) {
        continue;
      }
      INFO("tcId " << id << ", " << test["comment"].text().value_or(""));
      const bool valid = test["result"].text() == "valid";
      const auto token = crypto::jws::parse(test["jws"].text().value_or(""));
      CHECK((token && crypto::verify_hs256(*token, key.value_or(""))) == valid);
      ++(valid ? counted.valid : counted.invalid);
    }
  }
  return counted;
}

} // namespace

TEST_CASE("Wycheproof: all 174 HMAC-SHA-256 tags, full and truncated, are verified correctly") {
  const auto folder = support::vectors_folder();
  if (!folder) {
    return;
  }
  const auto file = support::read_json(*folder + "/wycheproof/hmac_sha256_test.json");
  tally counted;
  int truncated = 0;
  for (const json::value group : file.root()["testGroups"].elements()) {
    const auto size = static_cast<std::size_t>(group["tagSize"].integer().value_or(0)) / 8;
    for (const json::value test : group["tests"].elements()) {
      INFO("tcId " << test["tcId"].integer().value_or(-1));
      const auto tag = crypto::hmac_sha256(bytes_of(test["key"]), bytes_of(test["msg"]));
      REQUIRE(size <= tag.size());
      const bool valid = test["result"].text() == "valid";
      CHECK(crypto::constant_time_equal(bytes_of(test["tag"]), std::span(tag).first(size)) == valid);
      ++(valid ? counted.valid : counted.invalid);
      truncated += static_cast<int>(size < tag.size());
    }
  }
  CHECK(counted.valid == 66);
  CHECK(counted.invalid == 108);
  CHECK(truncated == 87);
}

TEST_CASE("Wycheproof: tokens signed with HS256 are verified correctly") {
  const auto folder = support::vectors_folder();
  if (!folder) {
    return;
  }
  // 357, 367 and 370 are the same string with different verdicts: 357 says valid, which is right. 372 and 373
  // call valid what contains a character outside base64url.
  static constexpr std::array<std::int64_t, 4> contradictory = {367, 370, 372, 373};
  const auto counted =
      run_hs256(support::read_json(*folder + "/wycheproof/json_web_signature_test.json"), contradictory);
  CHECK(counted.valid == 8);
  CHECK(counted.invalid == 28);
}

TEST_CASE("Wycheproof: tokens that confuse keys and algorithms are verified correctly") {
  const auto folder = support::vectors_folder();
  if (!folder) {
    return;
  }
  const auto counted = run_hs256(support::read_json(*folder + "/wycheproof/json_web_crypto_test.json"), {});
  CHECK(counted.valid == 1);
  CHECK(counted.invalid == 16);
}
