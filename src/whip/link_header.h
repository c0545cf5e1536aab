// The Link header of a WHIP answer (RFC 8288, RFC 9725 section 4.6).
#pragma once

#include <string>
#include <string_view>

namespace whip {

// Those of its links that lead to STUN and TURN servers, as they were written; empty where there are none.
// Others, such as an extension's, may lead to the provider itself, with the publish credential in them.
std::string ice_servers_in(std::string_view link);

} // namespace whip
