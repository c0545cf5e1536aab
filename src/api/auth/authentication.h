// Who calls: the bearer of a JSON Web Token (RFC 6750, RFC 7519), signed with one of the deployment's secrets
// or with a key of its token issuer. The token comes in the header Authorization, or else in a session
// cookie.
#pragma once

#include "edge/environment.h"
#include "edge/http/context.h"
#include "edge/http/problem.h"
#include "edge/task.h"

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace api {

struct caller {
  std::string subject;
  bool admin = false; // has the role "admin"
};

// The bearer token in the header Authorization; nullopt without the header or with another scheme.
std::optional<std::string_view> bearer_of(const edge::request& request);

// Whether there is a token, in either place.
bool bears_token(const edge::context& request);

// Fails with 401 if the token is missing or not accepted, for any reason; with 403 if the token is in a
// cookie and the request changes something, or opens a WebSocket, and does not come from an allowed page; and
// with 503 if the deployment has no way to check it, or the issuer's keys cannot be fetched.
edge::task<edge::result<caller>> authenticate(edge::context& request);

// The names of missing or malformed settings: AUTH_HS256_SECRETS (a list, each of at least 32 bytes) or
// AUTH_JWKS_URL, AUTH_ISSUER, AUTH_AUDIENCE (a list; a token names one of them), and the optional AUTH_COOKIE
// and ALLOWED_ORIGINS.
std::vector<std::string> missing_authentication_settings(const edge::environment& from);

} // namespace api
