// Addresses that others name: where a relative one leads (RFC 3986, section 5.2), and whose host it is at.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace edge {

// What `reference` means at `base`, an absolute address with a host; without its fragment.
std::string resolve_url(std::string_view base, std::string_view reference);

// The host of an address by HTTPS, or by HTTP at this machine itself, in small letters and without its port.
// Nothing for any other address, and for one with more than host and port before its path.
std::optional<std::string_view> secure_host_of(std::string_view url);

// Whether a host is that one, or below it.
bool is_host_below(std::string_view host, std::string_view domain);

} // namespace edge
