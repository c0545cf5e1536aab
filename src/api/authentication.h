// Who calls: the bearer of a JSON Web Token signed with one of the deployment's secrets (RFC 6750, RFC 7519).
#pragma once

#include "edge/context.h"
#include "edge/environment.h"
#include "edge/problem.h"

#include <expected>
#include <string>
#include <vector>

namespace api {

struct caller {
  std::string subject;
  bool admin = false; // has the role "admin"
};

// Fails with 401 where there is no token or it is not accepted, whatever the reason, and with 503 where the
// deployment has no secrets to check it with.
std::expected<caller, edge::problem> authenticate(const edge::context& request);

// The names of the settings for this that are missing or not of their form: AUTH_HS256_SECRETS (a list, each
// of at least 32 bytes), AUTH_ISSUER, AUTH_AUDIENCE.
std::vector<std::string> missing_authentication_settings(const edge::environment& from);

} // namespace api
