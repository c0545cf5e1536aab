// What the status of an answer means to whoever asked (RFC 9110, section 15).
#pragma once

#include "edge/error.h"
#include "edge/host.h"
#include "edge/operation.h"

#include <expected>
#include <string_view>

namespace edge {

// The answer if its status is 2xx, or else the error that it or its absence stands for. `step` is a literal:
// it becomes the error's `what`. `failed`, where it is given, gets the body of an answer that is an error.
outcome<operation::fetch::result> succeeded(std::string_view step, outcome_of<operation::fetch>&& outcome,
                                            std::string* failed = nullptr);

} // namespace edge
