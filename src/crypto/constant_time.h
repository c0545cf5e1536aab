// Comparing what an attacker sent with what only we know, without telling by the time it takes how much of it
// was right.
#pragma once

#include "crypto/byte_view.h"

namespace crypto {

// Whether both are the same bytes. The time depends on the length of `given` alone: not on the content of
// either, and not on the length of `expected`. Unequal lengths are an ordinary no.
[[nodiscard]] bool constant_time_equal(byte_view given, byte_view expected) noexcept;

} // namespace crypto
