// Where a stream, or news of it, may be sent on to: public servers only. An address inside a private network,
// the provider's included, is refused.
#pragma once

#include <optional>
#include <string_view>

namespace streams {

// What is wrong with the URL, in words that follow "must"; nullopt if nothing is. It must be rtmp, rtmps or
// srt to a host name or an address, in any notation that a resolver accepts. Names without a dot or in a
// private zone are refused, and so are addresses that are not global (IANA's registries of special-purpose
// addresses, RFC 6890). Names are not resolved.
std::optional<std::string_view> fault_of_target(std::string_view url);

// The same for a receiver of webhooks, which must be https and have no fragment.
std::optional<std::string_view> fault_of_receiver(std::string_view url);

} // namespace streams
