// URLs from outside: resolving references (RFC 3986, section 5.2), and checking hosts.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace edge {

// Resolves `reference` against `base`, an absolute URL with a host. Drops the fragment.
std::string resolve_url(std::string_view base, std::string_view reference);

// The host, without port, of an HTTPS URL, or of an HTTP URL of this machine. Nullopt for other URLs, for
// hosts that are not in lower case, and for URLs with user information.
std::optional<std::string_view> secure_host_of(std::string_view url);

// The port of such a URL, written out or not.
std::string_view port_of(std::string_view secure_url);

// Whether a host is the domain or a subdomain of it.
bool is_host_below(std::string_view host, std::string_view domain);

} // namespace edge
