// Ids for events, which Cloudflare does not give. For the sources of this folder.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace cloudflare {

// The same for the same parts: 32 hexadecimal digits. None of the parts has a line break in it.
[[nodiscard]] std::string event_id_of(std::initializer_list<std::string_view> parts);

} // namespace cloudflare
