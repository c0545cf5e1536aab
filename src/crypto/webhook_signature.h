// Signed webhooks as Mux and Cloudflare Stream send them: a header of name=value pairs with a time and one or
// more signatures, each HMAC-SHA256 in lower-case hexadecimal over "<time as received>.<raw body>". (Mux:
// "Verify webhook signatures"; Cloudflare Stream: "Use webhooks, verify webhook authenticity".)
#pragma once

#include "crypto/secret.h"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>

namespace crypto {

// Why a webhook was refused. The sender is told nothing of it; this is for logs and tests.
enum class signature_error : std::uint8_t {
  // form
  empty,          // there is no header, or nothing in it
  too_long,       // the header is longer than webhook_signature::max_header_size
  too_many_pairs, // the header has more pairs than webhook_signature::max_pairs
  bad_pair,       // between two commas stands no name=value, or white space or a control character
  no_time,        // no pair has the name of the time
  second_time,    // more than one pair has the name of the time
  bad_time,       // the time is not one to twelve digits
  no_signature,   // no pair has the name of the signature: it was signed in some other way
  bad_signature,  // a signature is not 64 lower-case hexadecimal digits
  // secret
  no_secret, // no secret is configured
  mismatch,  // no secret gives any of the signatures
  // time, of a webhook that one of our secrets has signed
  too_old,   // signed more than webhook_signature::window_seconds ago: hint enough to look at the provider
  in_future, // signed more than webhook_signature::window_seconds ahead of our clock
};

// The enumerator's name, for a log line. Never fails; the text is static.
[[nodiscard]] std::string_view name_of(signature_error error) noexcept;

// One provider's names for the two kinds of pair.
struct webhook_signature {
  static constexpr std::size_t max_header_size = 2048;
  static constexpr std::size_t max_pairs = 16;
  static constexpr std::int64_t window_seconds = 300;

  std::string_view time_name;      // "t" at Mux, "time" at Cloudflare
  std::string_view signature_name; // "v1" at Mux, "sig1" at Cloudflare

  // Takes the header's value, the body as it was received, every secret that is valid now (two while one is
  // being rotated) and the time in seconds since 1970. Gives the time of signing, or the first thing wrong:
  // form, then secret, then time. Every signature is compared with every secret in constant time, also after
  // one has matched. Pairs with other names belong to other ways of signing and are ignored.
  [[nodiscard]] std::expected<std::int64_t, signature_error> verify(std::string_view header,
                                                                    std::string_view body,
                                                                    std::span<const secret> secrets,
                                                                    std::int64_t now_seconds) const;

  // The header's value for a body that is signed at that time: the sender's side.
  [[nodiscard]] std::string sign(std::string_view body, const secret& key, std::int64_t now_seconds) const;
};

} // namespace crypto
