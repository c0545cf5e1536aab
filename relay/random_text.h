// Text that nobody can guess.
#pragma once

#include <string>

namespace relay {

// 128 bits from the system's generator, in base64url: 22 letters.
[[nodiscard]] std::string random_text();

} // namespace relay
