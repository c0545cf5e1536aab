// A key that tokens are verified with, pinned to the one algorithm it is for (RFC 8725 section 3.1): the
// token's own header never decides how a key is used.
#pragma once

#include "crypto/jws_algorithm.h"
#include "crypto/secret.h"

namespace crypto {

struct jwt_key {
  jws_algorithm algorithm;
  secret value;
};

} // namespace crypto
