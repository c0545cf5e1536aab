// Base 64 with the standard alphabet and padding (RFC 4648 section 4): HTTP Basic authentication needs it.
#pragma once

#include "crypto/byte_view.h"

#include <string>

namespace crypto {

[[nodiscard]] std::string base64_encode(byte_view bytes);

} // namespace crypto
