// SDP fragments with which a client updates its ICE session: further candidates, or new credentials for an
// ICE restart (RFC 8840, section 9; RFC 9725, section 4.3).
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace relay {

struct ice_fragment {
  // Only the first media section matters: everything is bundled into it.
  std::string ufrag;
  std::string password;
  std::vector<std::string> candidates; // the text after `a=`, such as "candidate:1 1 udp …"; without TCP
  bool complete = false;               // no more will come
};

// The most candidates that a fragment may have.
inline constexpr std::size_t max_candidates = 64;

// Returns the fragment, or a sentence that says what is wrong with it. Candidates with a host name instead of
// an address are skipped: the name resolves only in the client's own network.
[[nodiscard]] std::expected<ice_fragment, std::string> parse_ice_fragment(std::string_view text);

// Formats a fragment for the media section `mid`.
[[nodiscard]] std::string to_text(const ice_fragment& fragment, std::string_view mid, std::string_view kind);

// Whether the text is a valid ICE user name fragment or password (RFC 8839, section 5.4).
[[nodiscard]] bool is_ice_text(std::string_view text, std::size_t least);

// Whether the text is a UDP candidate with an IP address.
[[nodiscard]] bool is_usable_candidate(std::string_view candidate);

// Replaces the address of a host candidate with the public address that a router forwards from.
[[nodiscard]] std::string with_public_address(std::string_view candidate, std::string_view address);

} // namespace relay
