#include "api/auth/authentication.h"

#include "api/auth/issuer_keys.h"
#include "api/http/allowed_origins.h"
#include "api/http/problems.h"
#include "crypto/jwt.h"
#include "edge/http/cors.h"

#include <algorithm>
#include <array>

namespace api {

namespace {

std::vector<crypto::jwt_key> secrets_of(const edge::environment& from) {
  std::vector<crypto::jwt_key> keys;
  for (std::string& secret : edge::split_list(from.get("AUTH_HS256_SECRETS", ""))) {
    keys.push_back({crypto::jws_algorithm::hs256, crypto::secret{std::move(secret)}});
  }
  return keys;
}

bool usable(const std::vector<crypto::jwt_key>& keys) {
  auto long_enough = [](const crypto::jwt_key& key) {
    return key.value.size() >= crypto::min_hs256_key_size;
  };
  return !keys.empty() && std::ranges::all_of(keys, long_enough);
}

bool is_cookie_name(std::string_view text) {
  return edge::is_visible_text(text) && text.find_first_of("=;,\"") == std::string_view::npos;
}

constexpr auto forms = std::to_array<edge::setting_form>({
    {"AUTH_JWKS_URL", is_key_set_url},
    {"AUTH_ISSUER", edge::is_visible_text, true},
    {"AUTH_AUDIENCE", edge::is_filled_list, true},
    {"AUTH_COOKIE", is_cookie_name},
    {"ALLOWED_ORIGINS", are_origins},
});

constexpr edge::problem_type no_token{.status = 401,
                                      .type = "unauthenticated",
                                      .title = "Sign in first",
                                      .detail = "Send a token in the header Authorization: Bearer.",
                                      .header = {"www-authenticate", "Bearer"}};

constexpr edge::problem_type not_accepted{.status = 401,
                                          .type = "unauthenticated",
                                          .title = "Sign in first",
                                          .detail =
                                              "The token was not accepted. Sign in again for a new one.",
                                          .header = {"www-authenticate", "Bearer error=\"invalid_token\""}};

constexpr edge::problem_type origin_not_allowed{
    .status = 403,
    .type = "origin-not-allowed",
    .title = "This page may not do that",
    .detail = "With a session cookie, only pages of the origins that this deployment lists may change "
              "anything. Use one of them, or send the token in the header Authorization: Bearer."};

// A page may read the answer to anything else only if CORS allows it, but what comes over a WebSocket always.
bool needs_allowed_origin(const edge::request& request) {
  return (request.method != "GET" && request.method != "HEAD") || request.headers.find("upgrade");
}

// A browser sends the cookie for any page. With the header Authorization, the cookie does not count.
edge::result<std::string_view> token_of(const edge::request& request, const edge::environment& settings) {
  if (request.headers.find("authorization")) {
    if (auto token = bearer_of(request)) {
      return *token;
    }
  } else if (auto name = settings.find("AUTH_COOKIE")) {
    if (auto token = request.cookie(*name)) {
      if (needs_allowed_origin(request) && !edge::allowed_origin(request, allowed_origins(settings))) {
        return refuse(origin_not_allowed);
      }
      return *token;
    }
  }
  return refuse(no_token);
}

// The claims of a token with a valid signature by a key of this deployment.
edge::task<edge::result<crypto::jwt_claims>> claims_of(edge::context& request, const crypto::jws& token) {
  const edge::environment& settings = request.host.settings();
  const crypto::jwt_policy policy{.issuer = std::string{settings.get("AUTH_ISSUER", "")},
                                  .audiences = edge::split_list(settings.get("AUTH_AUDIENCE", ""))};
  auto seconds = [&] {
    return std::chrono::floor<std::chrono::seconds>(request.host.now().time_since_epoch()).count();
  };
  auto key_set = settings.find("AUTH_JWKS_URL");
  bool by_key_set = key_set && token.algorithm != crypto::jws_algorithm::hs256;
  if (by_key_set && !co_await verify_with_key_set(request.host, *key_set, token)) {
    co_return refuse(not_accepted);
  }
  auto claims = by_key_set ? crypto::read_claims(token, policy, seconds())
                           : crypto::verify_jwt(token, secrets_of(settings), policy, seconds());
  if (!claims) {
    co_return refuse(not_accepted);
  }
  co_return std::move(*claims);
}

} // namespace

std::vector<std::string> missing_authentication_settings(const edge::environment& from) {
  std::vector<std::string> missing = from.unusable(forms);
  if (!from.find("AUTH_JWKS_URL") && !from.find("AUTH_HS256_SECRETS")) {
    missing.emplace_back("AUTH_HS256_SECRETS or AUTH_JWKS_URL");
  } else if (from.find("AUTH_HS256_SECRETS") && !usable(secrets_of(from))) {
    missing.emplace_back("AUTH_HS256_SECRETS");
  }
  return missing;
}

std::optional<std::string_view> bearer_of(const edge::request& request) {
  constexpr std::string_view scheme = "Bearer ";
  auto authorization = request.headers.find("authorization");
  if (!authorization || !edge::same_but_for_case(authorization->substr(0, scheme.size()), scheme)) {
    return std::nullopt;
  }
  return authorization->substr(scheme.size());
}

bool bears_token(const edge::context& request) {
  auto cookie = request.host.settings().find("AUTH_COOKIE");
  return request.request.headers.find("authorization") || (cookie && request.request.cookie(*cookie));
}

edge::task<edge::result<caller>> authenticate(edge::context& request) {
  const edge::environment& settings = request.host.settings();
  if (auto missing = missing_authentication_settings(settings); !missing.empty()) {
    co_return refuse(not_configured(missing));
  }
  std::string_view text = co_await token_of(request.request, settings);
  auto token = crypto::jws::parse(text);
  if (!token) {
    co_return refuse(not_accepted);
  }
  crypto::jwt_claims claims = co_await claims_of(request, *token);
  request.caller = claims.subject;
  co_return caller{.subject = std::move(claims.subject),
                   .admin = std::ranges::contains(claims.roles, "admin")};
}

} // namespace api
