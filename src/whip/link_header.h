// The Link header of a WHIP answer (RFC 8288, RFC 9725 section 4.6).
#pragma once

#include <string>
#include <string_view>

namespace whip {

// The links to STUN and TURN servers, unchanged. The others are left out, since they may lead to the provider
// itself and contain the publish credential.
[[nodiscard]] std::string ice_servers_in(std::string_view link);

} // namespace whip
