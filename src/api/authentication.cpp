#include "api/authentication.h"

#include "api/problems.h"
#include "crypto/jwt.h"

#include <algorithm>

namespace api {

namespace {

std::vector<crypto::jwt_key> keys_of(const edge::environment& from) {
  std::vector<crypto::jwt_key> keys;
  for (std::string& secret : edge::split_list(from.get("AUTH_HS256_SECRETS", "")))
    keys.push_back({crypto::jws_algorithm::hs256, crypto::secret{std::move(secret)}});
  return keys;
}

bool usable(const std::vector<crypto::jwt_key>& keys) {
  auto long_enough = [](const crypto::jwt_key& key) {
    return key.value.size() >= crypto::min_hs256_key_size;
  };
  return !keys.empty() && std::ranges::all_of(keys, long_enough);
}

std::optional<std::string_view> bearer_token(const edge::headers& fields) {
  constexpr std::string_view scheme = "Bearer ";
  auto authorization = fields.find("authorization");
  if (!authorization || !edge::same_but_for_case(authorization->substr(0, scheme.size()), scheme))
    return std::nullopt;
  return authorization->substr(scheme.size());
}

edge::problem unauthenticated(std::string challenge, std::string detail) {
  return {.status = 401,
          .type = "unauthenticated",
          .title = "Sign in first",
          .detail = std::move(detail),
          .headers = {{"www-authenticate", std::move(challenge)}}};
}

} // namespace

std::vector<std::string> missing_authentication_settings(const edge::environment& from) {
  std::vector<std::string> missing;
  if (!usable(keys_of(from))) missing.emplace_back("AUTH_HS256_SECRETS");
  for (const char* name : {"AUTH_ISSUER", "AUTH_AUDIENCE"})
    if (!from.find(name)) missing.emplace_back(name);
  return missing;
}

std::expected<caller, edge::problem> authenticate(const edge::context& request) {
  const edge::environment& settings = request.host.settings();
  if (auto missing = missing_authentication_settings(settings); !missing.empty())
    return std::unexpected(not_configured(missing));
  auto token = bearer_token(request.request.headers);
  if (!token)
    return std::unexpected(unauthenticated("Bearer", "Send a token in the header Authorization: Bearer."));

  crypto::jwt_policy policy{.issuer = std::string{settings.get("AUTH_ISSUER", "")},
                            .audience = std::string{settings.get("AUTH_AUDIENCE", "")}};
  auto now = std::chrono::floor<std::chrono::seconds>(request.host.now().time_since_epoch()).count();
  auto claims = crypto::verify_jwt(*token, keys_of(settings), policy, now);
  if (!claims)
    return std::unexpected(unauthenticated("Bearer error=\"invalid_token\"",
                                           "The token was not accepted. Sign in again for a new one."));
  return caller{.subject = std::move(claims->subject),
                .admin = std::ranges::contains(claims->roles, "admin")};
}

} // namespace api
