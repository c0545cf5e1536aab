// crypto::webhook_signature: signatures that providers and their SDKs published, and one row for each way in
// which a header can be wrong. The rows are those of the tests of Mux's and Stripe's SDKs and of Standard
// Webhooks, and more.
#include "crypto/webhook_signature.h"
#include "support/catch.h"
#include "support/vectors.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr crypto::webhook_signature mux{.time_name = "t", .signature_name = "v1"};
constexpr crypto::webhook_signature cloudflare{.time_name = "time", .signature_name = "sig1"};

constexpr std::int64_t signed_at = 1'790'000'000;
constexpr std::string_view body = R"({"type":"video.live_stream.active","id":"e1"})";
constexpr std::string_view secret = "mux_test_secret_0001";
const std::string v1 = "c60ccde25766cf5055cf3e7e3abbede8dc6012b2bf1691d1e63520415e01ac3e";
const std::string other_v1 = "0a59f7fec4a2ecd2c89828964bbc27a7fac27baccf64dc7454fd0821fa28e00d";

std::vector<crypto::secret> secrets(const std::vector<std::string>& texts) {
  std::vector<crypto::secret> all(texts.size());
  std::ranges::transform(texts, all.begin(), [](const std::string& each) { return crypto::secret(each); });
  return all;
}

std::string verdict_on(std::string_view header, std::string_view of = body, std::int64_t at = signed_at,
                       const std::vector<std::string>& with = {std::string(secret)}) {
  const auto time = mux.verify(header, of, secrets(with), at);
  return std::string(time ? "accepted" : crypto::name_of(time.error()));
}

std::string good() { return "t=1790000000,v1=" + v1; }

std::string with_two(const std::string& first, const std::string& second) {
  return "t=1790000000,v1=" + first + ",v1=" + second;
}

std::string repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) {
    all += text;
  }
  return all;
}

} // namespace

TEST_CASE("A webhook that Mux signed is accepted, and returns the time of signing") {
  CHECK(mux.verify(good(), body, secrets({std::string(secret)}), signed_at) == signed_at);
  CHECK(mux.verify("t=1790000000,v1=" + other_v1, body, secrets({"mux_test_secret_0000"}), signed_at) ==
        signed_at);
}

TEST_CASE("A webhook that Cloudflare signed is accepted") {
  CHECK(cloudflare.verify(
            "time=1790000000,sig1=4345123bc3883c931851f976d5ef5cc79dbc42d6198fcee580b33fb9b7a65798",
            R"({"uid":"0123456789abcdef0123456789abcdef","readyToStream":true})",
            secrets({"cf_test_secret_0001"}), signed_at) == signed_at);
}

TEST_CASE("The webhook signatures in the tests of Mux's SDKs are accepted") {
  const auto folder = support::vectors_folder();
  if (!folder) {
    return;
  }
  int tried = 0;
  const auto file = support::read_json(*folder + "/signatures.json");
  for (const json::value entry : file.root().elements()) {
    if (entry["scheme"].text() != "mux") {
      continue;
    }
    ++tried;
    INFO(entry["source"].text().value_or(""));
    const std::int64_t time = entry["timestamp"].integer().value_or(-1);
    const std::string header =
        "t=" + std::to_string(time) + ",v1=" + std::string(entry["v1"].text().value_or(""));
    const crypto::secret key{std::string(entry["secret"].text().value_or(""))};
    CHECK(mux.verify(header, entry["body"].text().value_or(""), std::vector{key}, time) == time);
    CHECK(mux.sign(entry["body"].text().value_or(""), key, time) == header);
  }
  CHECK(tried == 2);
}

TEST_CASE("What is signed here is accepted here") {
  const crypto::secret key{"k"};
  for (const std::string& each : {std::string(), std::string("{}"), std::string(300'000, 'x')}) {
    CHECK(mux.verify(mux.sign(each, key, signed_at), each, std::vector{key}, signed_at) == signed_at);
    CHECK(cloudflare.verify(cloudflare.sign(each, key, signed_at), each, std::vector{key}, signed_at) ==
          signed_at);
  }
}

TEST_CASE("A webhook is accepted up to 300 seconds before and after its signing time") {
  CHECK(verdict_on(good(), body, signed_at + 300) == "accepted");
  CHECK(verdict_on(good(), body, signed_at - 300) == "accepted");
  CHECK(verdict_on(good(), body, signed_at + 301) == "too_old");
  CHECK(verdict_on(good(), body, signed_at - 301) == "in_future");
}

TEST_CASE("Only a webhook with a valid signature is refused for its age") {
  CHECK(verdict_on("t=1790000000,v1=" + other_v1, body, signed_at + 100'000) == "mismatch");
  CHECK(verdict_on(good(), "{}", signed_at - 100'000) == "mismatch");
}

TEST_CASE("The signature covers the secret, the time and every byte of the body") {
  CHECK(verdict_on(good(), body, signed_at, {"mux_test_secret_0000"}) == "mismatch");
  CHECK(verdict_on(good(), std::string(body) + "\n") == "mismatch");
  CHECK(verdict_on(good(), body.substr(1)) == "mismatch");
  CHECK(verdict_on(good(), "") == "mismatch");
  CHECK(verdict_on("t=1790000001,v1=" + v1) == "mismatch");
  CHECK(verdict_on("t=01790000000,v1=" + v1) == "mismatch"); // the same number, but not the signed text
  CHECK(verdict_on("t=1790000000,v1=" + std::string(64, '0')) == "mismatch");
}

TEST_CASE("During a rotation the old secret, the new one and both are accepted") {
  const std::string old_secret = "mux_test_secret_0000";
  const std::string new_secret(secret);
  const std::string of_new = ",v1=" + v1;
  const std::string of_old = ",v1=" + other_v1;
  for (const std::string& signature : {of_new, of_old, of_new + of_old, of_old + of_new}) {
    CHECK(verdict_on("t=1790000000" + signature, body, signed_at, {old_secret, new_secret}) == "accepted");
    CHECK(verdict_on("t=1790000000" + signature, body, signed_at, {new_secret, old_secret}) == "accepted");
  }
  CHECK(verdict_on("t=1790000000,v1=" + other_v1, body, signed_at, {new_secret}) == "mismatch");
  CHECK(verdict_on("t=1790000000,v1=" + other_v1 + ",v1=" + v1, body, signed_at, {new_secret}) == "accepted");
}

TEST_CASE("Without a secret nothing is accepted, not even with an empty one") {
  CHECK(verdict_on(good(), body, signed_at, {}) == "no_secret");
  CHECK(verdict_on(good(), body, signed_at, {"", ""}) == "no_secret");
  const std::string with_empty = mux.sign(body, crypto::secret(""), signed_at);
  CHECK(verdict_on(with_empty, body, signed_at, {""}) == "no_secret");
  CHECK(verdict_on(with_empty, body, signed_at, {"", std::string(secret)}) == "mismatch");
}

TEST_CASE("Pairs may come in any order, and those of other schemes are ignored") {
  CHECK(verdict_on("v1=" + v1 + ",t=1790000000") == "accepted");
  CHECK(verdict_on("t=1790000000,v2=whatever,v1=" + v1) == "accepted");
  CHECK(verdict_on("v0=,t=1790000000,x=a=b==,v1=" + v1) == "accepted");
  CHECK(verdict_on("T=1,t=1790000000,V1=x,v1=" + v1) == "accepted");
}

TEST_CASE("A malformed header is refused with the reason") {
  CHECK(verdict_on("") == "empty");
  const std::string long_header = good() + ",x=";
  CHECK(verdict_on(long_header + std::string(2048 - long_header.size(), 'x')) == "accepted");
  CHECK(verdict_on(long_header + std::string(2049 - long_header.size(), 'x')) == "too_long");
  CHECK(verdict_on(repeated("a=,", 15) + "v1=" + v1 + ",t=1790000000") == "too_many_pairs");
  CHECK(verdict_on(repeated("a=,", 14) + "v1=" + v1 + ",t=1790000000") == "accepted");
  CHECK(verdict_on(repeated("a,", 15) + "v1=" + v1 + ",t=1790000000") == "too_many_pairs");
  // What follows the last comma is a part as well, also if it is empty.
  CHECK(verdict_on(repeated("a=,", 14) + "v1=" + v1 + ",t=1790000000,") == "too_many_pairs");

  for (const std::string_view header : {",", "=", "t", "v1", "=x,,t"}) {
    INFO(header);
    CHECK(verdict_on(std::string(header)) == "no_time");
  }
  const std::vector<std::string> with_bad_characters = {"t=1790000000, v1=" + v1,
                                                        " " + good(),
                                                        good() + " ",
                                                        good() + "\n",
                                                        "t= 1790000000,v1=" + v1,
                                                        "t =1790000000,v1=" + v1,
                                                        "t=1790000000,v1=" + v1 + std::string(1, '\0'),
                                                        "t=1790000000;v1\t=" + v1,
                                                        good() + "\x7f",
                                                        "\xef\xbb\xbf" + good()};
  for (const std::string& header : with_bad_characters) {
    INFO(header);
    CHECK(verdict_on(header) == "bad_character");
  }
}

TEST_CASE("Parts that are no pairs next to a valid signature are ignored as the official SDKs do") {
  for (const std::string& header : {good() + ",", "," + good(), "=x," + good(), "t=1790000000,,v1=" + v1,
                                    good() + ",x", "v1," + good(), good() + ",t"}) {
    INFO(header);
    CHECK(verdict_on(header) == "accepted");
  }
  CHECK(verdict_on("x,t=1790000000,v1=" + std::string(64, '0')) == "mismatch");
}

TEST_CASE("There is exactly one time, in seconds, as digits") {
  CHECK(verdict_on("v1=" + v1) == "no_time");
  CHECK(verdict_on("time=1790000000,v1=" + v1) == "no_time");
  CHECK(verdict_on("t=1790000000,t=1790000000,v1=" + v1) == "second_time");
  CHECK(verdict_on("t=1,v1=" + v1 + ",t=1790000000") == "second_time");
  for (const std::string_view time :
       {"", "-1790000000", "+1790000000", "0x6ab13b80", "1790000000.0", "179e7", "1790000000s", "12h",
        "1790000000000", "18446744075499551616", "9223372036854775808", "NaN", "\xd9\xa1"}) {
    INFO(time);
    const std::string seen = verdict_on("t=" + std::string(time) + ",v1=" + v1);
    CHECK((seen == "bad_time" || (time == "\xd9\xa1" && seen == "bad_character")));
  }
  CHECK(verdict_on("t=999999999999,v1=" + v1) == "mismatch");
}

TEST_CASE("Every bit of a signature counts") {
  for (std::size_t place = 0; place < v1.size(); ++place) {
    std::string wrong = v1;
    wrong[place] = wrong[place] == '0' ? '1' : '0';
    INFO(wrong);
    CHECK(verdict_on("t=1790000000,v1=" + wrong) == "mismatch");
  }
  CHECK(verdict_on("t=1790000000,v1=" + v1.substr(0, 32) + std::string(32, '0')) == "mismatch");
  CHECK(verdict_on("t=1790000000,v1=" + std::string(32, '0') + v1.substr(32)) == "mismatch");
}

TEST_CASE("At least one signature has 64 lower-case hexadecimal digits; others are ignored") {
  CHECK(verdict_on("t=1790000000") == "no_signature");
  CHECK(verdict_on("t=1790000000,v2=" + v1) == "no_signature");
  CHECK(verdict_on("t=1790000000,sig1=" + v1) == "no_signature");
  std::string upper = v1;
  upper.replace(0, 3, "C60");
  for (const std::string& signature :
       {std::string(), v1.substr(1), v1 + "0", v1 + v1, "0x" + v1.substr(2), "g" + v1.substr(1), upper,
        std::string("xgzMzeJXZs9QVc8+fjq77ejcYBKyvxaR0eY1IEFeAaw+"), v1.substr(0, 63) + "="}) {
    INFO(signature);
    CHECK(verdict_on("t=1790000000,v1=" + signature) == "bad_signature");
    CHECK(verdict_on(with_two(v1, signature)) == "accepted");
    CHECK(verdict_on(with_two(signature, v1)) == "accepted");
    CHECK(verdict_on(with_two(signature, other_v1)) == "mismatch");
    CHECK(verdict_on(with_two(signature, signature)) == "bad_signature");
  }
}

TEST_CASE("Every signature error has its own name") {
  std::vector<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(crypto::signature_error::in_future); ++i) {
    names.push_back(crypto::name_of(static_cast<crypto::signature_error>(i)));
  }
  std::ranges::sort(names);
  CHECK(std::ranges::adjacent_find(names) == names.end());
  CHECK_FALSE(std::ranges::contains(names, "unknown"));
}
