// What the status of a response means to the core as a client (RFC 9110, section 15).
#pragma once

#include "edge/error.h"
#include "edge/host.h"
#include "edge/operation.h"

#include <string>
#include <string_view>

namespace edge {

// The response if its status is 2xx, or else the error. `step`, a literal, becomes the error's `what`.
// `failed`, if given, gets the body of an error response.
outcome<operation::fetch::result> succeeded(std::string_view step, outcome_of<operation::fetch>&& outcome,
                                            std::string* failed = nullptr);

} // namespace edge
