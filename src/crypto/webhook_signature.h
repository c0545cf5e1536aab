// Signed webhooks as Mux and Cloudflare Stream send them: a header of name=value pairs with a time and one or
// more signatures. Each signature is HMAC-SHA256 in lower-case hexadecimal over "<time as received>.<raw
// body>". (Mux: "Verify webhook signatures"; Cloudflare Stream: "Use webhooks, verify webhook authenticity".)
#pragma once

#include "crypto/secret.h"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>

namespace crypto {

// Why a webhook was refused, for logs and tests. The sender is not told.
enum class signature_error : std::uint8_t {
  // form
  empty,          // the header is missing or empty
  too_long,       // the header is longer than webhook_signature::max_header_size
  too_many_pairs, // the header has more pairs than webhook_signature::max_pairs
  bad_character,  // the header has white space, a control character or one that is not ASCII
  no_time,        // no pair has the name of the time
  second_time,    // more than one pair has the name of the time
  bad_time,       // the time is not one to twelve digits
  no_signature,   // no pair has the name of the signature: it was signed in another way
  bad_signature,  // no signature has 64 lower-case hexadecimal digits
  // secret
  no_secret, // no secret is configured
  mismatch,  // no secret gives any of the signatures
  // time, of a webhook that one of our secrets has signed
  too_old,   // signed more than webhook_signature::window_seconds ago
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

  // Takes the header's value, the body as received, all valid secrets (two during a rotation) and the time in
  // seconds since 1970. Returns the time of signing, or the first error: form, then secret, then time.
  // Compares every signature with every secret in constant time, also after a match. Like the official SDKs,
  // it ignores pairs with other names, parts that are no pairs and signatures that cannot be read: they
  // belong to other ways of signing.
  [[nodiscard]] std::expected<std::int64_t, signature_error> verify(std::string_view header,
                                                                    std::string_view body,
                                                                    std::span<const secret> secrets,
                                                                    std::int64_t now_seconds) const;

  // The header's value for a body that is signed at that time, as the sender writes it.
  [[nodiscard]] std::string sign(std::string_view body, const secret& key, std::int64_t now_seconds) const;
};

} // namespace crypto
