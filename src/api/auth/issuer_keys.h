// The token issuer's public keys: a JSON Web Key Set (RFC 7517, section 5), fetched when a token arrives that
// such a key signed.
#pragma once

#include "crypto/jws.h"
#include "edge/host.h"
#include "edge/http/problem.h"
#include "edge/task.h"

#include <expected>
#include <string_view>

namespace api {

// Whether keys may be fetched from an address: https, or http on this machine, for tests and development.
bool is_key_set_url(std::string_view url);

// Whether a key of the set at `url` signed the token. The platform caches the set for five minutes; a token
// that names an unknown key does not cause an earlier fetch. Fails with 503 if the set cannot be fetched. The
// arguments must outlive the task.
edge::task<edge::result<bool>> verify_with_key_set(edge::host& host, std::string_view url,
                                                   const crypto::jws& token);

} // namespace api
