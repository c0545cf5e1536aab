// Unguessable names.
#pragma once

#include <string>

namespace relay {

// 128 random bits in base64url: 22 characters.
[[nodiscard]] std::string random_text();

} // namespace relay
