// What Cloudflare's answers mean (Cloudflare API reference, errors). For the sources of this folder.
#pragma once

#include "edge/error.h"
#include "edge/host.h"
#include "edge/operation.h"
#include "json/document.h"

#include <expected>
#include <string>
#include <string_view>

namespace cloudflare {

// The body of a success, or the error that the answer or its absence stands for. `step` begins the error's
// words, a literal such as "create the Cloudflare live input". Of what Cloudflare says, only the number of
// its error is passed on.
[[nodiscard]] std::expected<std::string, edge::error>
body_of(std::string_view step, edge::outcome_of<edge::operation::fetch>&& outcome);

// The body as JSON, if its envelope says that it is a success.
[[nodiscard]] std::expected<json::document, edge::error> document_of(std::string_view step,
                                                                     std::string_view body);

// For an answer that is not what Cloudflare documents or not what was asked for, and why, if it is known. It
// may have taken effect.
[[nodiscard]] edge::error malformed(std::string_view step, std::string_view why = "");

// For what is not asked of Cloudflare at all, and why.
[[nodiscard]] edge::error refused(std::string_view step, std::string_view why);

} // namespace cloudflare
