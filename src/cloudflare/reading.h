// Cloudflare's objects out of its answers and webhooks, checked. For the sources of this folder.
#pragma once

#include "cloudflare/live_input.h"
#include "cloudflare/live_input_status.h"
#include "cloudflare/output.h"
#include "cloudflare/settings.h"
#include "cloudflare/video.h"
#include "json/value.h"

#include <optional>
#include <string_view>

namespace cloudflare {

// Nothing where something is missing or not of its form that the object cannot be without. The settings say
// where media may be.
[[nodiscard]] std::optional<live_input> live_input_in(const json::value& from, const settings& with);
[[nodiscard]] std::optional<output> output_in(const json::value& from);
[[nodiscard]] std::optional<video> video_in(const json::value& from, const settings& with);

[[nodiscard]] video_state video_state_of(std::string_view word);

// Nothing for null: no encoder has ever connected.
[[nodiscard]] std::optional<live_input_status> status_in(const json::value& from);

} // namespace cloudflare
