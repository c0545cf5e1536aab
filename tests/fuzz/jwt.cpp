// Tokens. An input is a token, or the claims of one.
#include "crypto/jwt.h"

#include "crypto/base64.h"
#include "target.h"

#include <algorithm>
#include <array>
#include <string>

namespace {

using fuzz::require;

constexpr std::int64_t now = 1'790'000'000;

const crypto::jwt_policy policy{.issuer = "https://issuer.example", .audiences = {"whip-mux"}};
const std::array keys{crypto::jwt_key{crypto::jws_algorithm::hs256, crypto::secret{std::string(32, 'k')}},
                      crypto::jwt_key{crypto::jws_algorithm::hs256, crypto::secret{std::string(40, 'K')}}};
const std::array wrong_keys{
    crypto::jwt_key{crypto::jws_algorithm::hs256, crypto::secret{std::string(32, 'w')}}};

// Two texts never stand for the same token: each part is written in one way only.
void check_form(std::string_view token) {
  const auto parsed = crypto::jws::parse(token);
  require(parsed.has_value() == crypto::jws::parse(token).has_value());
  if (!parsed) {
    require(!name_of(parsed.error()).empty());
    return;
  }
  require(token.size() <= crypto::jws::max_size);
  require(token == std::string{parsed->signing_input} + '.' + crypto::base64url_encode(parsed->signature));
  require(parsed->signing_input.ends_with('.' + crypto::base64url_encode(parsed->payload)));
  // The host has verified other signatures by then, but no claim is taken before it is checked.
  if (const auto claims = crypto::read_claims(*parsed, policy, now)) {
    require(claims->issuer == policy.issuer);
    require(claims->expires_at > now);
  }
}

void check_claims(std::string_view claims_json) {
  const auto token = crypto::sign_hs256(claims_json, keys[1].value);
  if (!token) {
    return;
  }
  const auto claims = crypto::verify_jwt(*token, keys, policy, now);
  require(!crypto::verify_jwt(*token, wrong_keys, policy, now));
  require(!crypto::verify_jwt(fuzz::with_one_change(*token, claims_json), keys, policy, now));
  check_form(*token);
  if (!claims) {
    return;
  }
  require(!claims->subject.empty() && claims->subject.size() <= 255);
  require(
      std::ranges::none_of(claims->subject, [](unsigned char each) { return each < 0x20 || each == 0x7f; }));
  require(claims->issuer == policy.issuer);
  require(claims->expires_at > now);
  require(!claims->issued_at || *claims->issued_at <= now + policy.leeway_seconds);
  require(!crypto::verify_jwt(*token, keys, policy, claims->expires_at));
  const crypto::jwt_policy other_audience{.issuer = policy.issuer, .audiences = {"another audience"}};
  if (claims->all.root()["aud"].text()) {
    require(!crypto::verify_jwt(*token, keys, other_audience, now));
  }
}

} // namespace

void fuzz::run(std::string_view input) {
  require(!crypto::verify_jwt(input, keys, policy, now));
  check_form(input);
  check_claims(input);
}
