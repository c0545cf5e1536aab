// Where a stream may be sent on to: a server that everybody reaches. An address that leads into somebody's
// own network, the provider's among them, is none.
#pragma once

#include <optional>
#include <string_view>

namespace streams {

// What is wrong with it, in words that follow "must", or nothing. Takes rtmp, rtmps and srt to a host name or
// an address in any notation that a resolver takes: names without a dot or of a private zone are refused, and
// so are addresses that are not global (IANA's registries of special-purpose addresses, RFC 6890). What a
// name resolves to is not looked at.
std::optional<std::string_view> fault_of_target(std::string_view url);

} // namespace streams
