// The public keys of whoever issues the tokens: a JSON Web Key Set (RFC 7517, section 5), fetched when a
// token that is signed with one of them comes.
#pragma once

#include "crypto/jws.h"
#include "edge/host.h"
#include "edge/http/problem.h"
#include "edge/task.h"

#include <expected>
#include <string_view>

namespace api {

// Whether an address is fit to take keys from: https, or http on this machine, for tests and development.
bool is_key_set_url(std::string_view url);

// Whether the token is signed with a key of the set at `url`, which the platform keeps for five minutes: a
// token that names an unknown key does not make it be fetched sooner. Fails with 503 where the set cannot be
// had. All that is referred to must outlive the task.
edge::task<edge::result<bool>> verify_with_key_set(edge::host& host, std::string_view url,
                                                   const crypto::jws& token);

} // namespace api
