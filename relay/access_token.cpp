#include "access_token.h"

#include "crypto/jwt.h"
#include "edge/http/headers.h"

#include <array>
#include <limits>

namespace relay {

namespace {

edge::problem unauthorized(std::string detail, std::string challenge) {
  return {.status = 401,
          .type = "unauthorized",
          .title = "Unauthorized",
          .detail = std::move(detail),
          .headers = {{"www-authenticate", std::move(challenge)}}};
}

edge::problem forbidden(std::string detail) {
  return {.status = 403, .type = "forbidden", .title = "Forbidden", .detail = std::move(detail)};
}

} // namespace

std::string_view bearer_of(const edge::request& from) {
  constexpr std::string_view scheme = "Bearer ";
  std::string_view header = from.headers.find("authorization").value_or("");
  if (!edge::same_but_for_case(header.substr(0, scheme.size()), scheme)) {
    return {};
  }
  return header.substr(scheme.size());
}

std::expected<std::int64_t, edge::problem> check_access(const edge::request& from, std::string_view stream_id,
                                                        std::string_view scope, const crypto::secret& key,
                                                        std::optional<std::int64_t> now_seconds) {
  std::string_view token = bearer_of(from);
  if (token.empty()) {
    return std::unexpected{
        unauthorized("Send this stream's token in the header Authorization: Bearer.", "Bearer")};
  }

  const std::array keys{crypto::jwt_key{crypto::jws_algorithm::hs256, key}};
  // Nothing expires at time 0, and with this leeway everything has been issued by then.
  const std::int64_t leeway = now_seconds ? 30 : std::numeric_limits<std::int64_t>::max();
  const crypto::jwt_policy policy{.issuer = "whip-mux", .audiences = {"relay"}, .leeway_seconds = leeway};
  auto claims = crypto::verify_jwt(token, keys, policy, now_seconds.value_or(0));
  if (!claims) {
    bool expired = claims.error() == crypto::jwt_error::expired;
    return std::unexpected{unauthorized(expired ? "The token has expired. Request a new one."
                                                : "The token is not valid for this service.",
                                        "Bearer error=\"invalid_token\"")};
  }
  if (claims->subject != stream_id) {
    return std::unexpected{forbidden("The token is for another stream.")};
  }
  if (claims->all.root()["scope"].text() != scope) {
    return std::unexpected{forbidden("The token does not have the scope " + std::string{scope} + ".")};
  }
  return claims->issued_at.value_or(0);
}

} // namespace relay
