// What Mux's answers mean (Mux API reference, errors). For the sources of this folder.
#pragma once

#include "edge/error.h"
#include "edge/host.h"
#include "edge/operation.h"
#include "json/document.h"

#include <expected>
#include <string>
#include <string_view>

namespace mux {

// The body of a success, or the error that the answer or its absence stands for. `step` begins the error's
// words, a literal such as "create the Mux live stream". Of what Mux says, only the type of its error is
// passed on, if it is a documented one.
[[nodiscard]] std::expected<std::string, edge::error>
body_of(std::string_view step, edge::outcome_of<edge::operation::fetch>&& outcome);

// The body as JSON.
[[nodiscard]] std::expected<json::document, edge::error> document_of(std::string_view step,
                                                                     std::string_view body);

// For an answer that is not what Mux documents. It may have taken effect.
[[nodiscard]] edge::error malformed(std::string_view step);

// For what is not asked of Mux at all, and why.
[[nodiscard]] edge::error refused(std::string_view step, std::string_view why);

// For a list that is too long to be read whole.
[[nodiscard]] edge::error too_many(std::string_view step);

} // namespace mux
