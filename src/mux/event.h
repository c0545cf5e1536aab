// Webhooks of Mux turned into facts (Mux documentation, "Listen for webhooks").
#pragma once

#include "mux/event_error.h"
#include "mux/fact.h"

#include <expected>
#include <optional>
#include <string_view>

namespace mux {

// Takes a body that has been verified. Gives its fact, or nothing where it says nothing about a live stream
// or its recordings (an unknown type, a simulcast target, an upload, an on-demand asset, …). All events of a
// Mux environment come here: whether the fact is about a live stream of ours, its passthrough tells.
[[nodiscard]] std::expected<std::optional<fact>, event_error> read_event(std::string_view body);

} // namespace mux
