// The tag that every provider object of ours carries, so that what a killed Worker left behind can be found,
// and what is not ours is left alone. It is Mux's passthrough and stands in Cloudflare's meta.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace streams {

// The tag of a stream in this deployment (setting DEPLOYMENT).
std::string tag_of(std::string_view deployment, std::string_view stream_id);

// The stream that a tag names; nothing for a tag of another deployment or of somebody else.
std::optional<std::string> stream_of(std::string_view tag, std::string_view deployment);

} // namespace streams
