// What a live input's status stands for as a fact: for encoders of which no notification came.
#pragma once

#include "cloudflare/fact.h"
#include "cloudflare/live_input.h"

#include <optional>

namespace cloudflare {

// The fact that an encoder has connected or gone, as of the time that the status names; nothing for any other
// state, and where it names none. The event id is made from the live input's id, the kind and that time.
[[nodiscard]] std::optional<fact> fact_of(const live_input& read);

} // namespace cloudflare
