// Fragments of SDP with which a client says what has become of its ICE session: further candidates, or new
// credentials for an ICE restart (RFC 8840, section 9; RFC 9725, section 4.3).
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace relay {

struct ice_fragment {
  // Only the first media section is of interest: everything is bundled into it.
  std::string ufrag;
  std::string password;
  std::vector<std::string> candidates; // what follows `a=`, such as "candidate:1 1 udp …"; TCP ones left out
  bool complete = false;               // no more will come
};

// The candidates of one fragment, beyond which it is refused.
inline constexpr std::size_t max_candidates = 64;

// Gives the fragment, or a sentence that says what is wrong with it. A candidate with a name in the place of
// an address is left out: it means something in the client's own network only.
[[nodiscard]] std::expected<ice_fragment, std::string> parse_ice_fragment(std::string_view text);

// The text of a fragment for the media section of that name.
[[nodiscard]] std::string to_text(const ice_fragment& fragment, std::string_view mid, std::string_view kind);

// Whether it can be a user name fragment or password of ICE (RFC 8839, section 5.4).
[[nodiscard]] bool is_ice_text(std::string_view text, std::size_t least);

// Whether the text is a candidate with an IP address that can be connected to by UDP.
[[nodiscard]] bool is_usable_candidate(std::string_view candidate);

// The candidate with another address in the place of a host's own: what a router forwards to it.
[[nodiscard]] std::string with_public_address(std::string_view candidate, std::string_view address);

} // namespace relay
