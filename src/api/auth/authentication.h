// Who calls: the bearer of a JSON Web Token (RFC 6750, RFC 7519) that is signed with one of the deployment's
// secrets, or with a key of whoever issues its tokens. It comes in the header Authorization, or else in a
// session cookie.
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

// What the header Authorization bears; nothing where there is none, or it is of another scheme.
std::optional<std::string_view> bearer_of(const edge::request& request);

// Whether there is a token to look at, in either place.
bool bears_token(const edge::context& request);

// Fails with 401 where there is no token or it is not accepted, whatever the reason; with 403 where the token
// is in a cookie, the request changes something, and it does not come from a page that may; and with 503
// where the deployment has nothing to check it with, or the issuer's keys cannot be had.
edge::task<edge::result<caller>> authenticate(edge::context& request);

// The names of the settings for this that are missing or not of their form: AUTH_HS256_SECRETS (a list, each
// of at least 32 bytes) or AUTH_JWKS_URL, AUTH_ISSUER, AUTH_AUDIENCE (a list, of which a token names one),
// AUTH_COOKIE and ALLOWED_ORIGINS where they are there.
std::vector<std::string> missing_authentication_settings(const edge::environment& from);

} // namespace api
