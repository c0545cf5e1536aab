// Signed webhooks: the header's grammar, then the signatures, then the window.
#include "crypto/webhook_signature.h"

#include "crypto/bytes.h"
#include "crypto/hex.h"
#include "crypto/sha256.h"
#include "json/number.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

namespace crypto {

namespace {

struct pair {
  std::string_view name;
  std::string_view value;
};

// What the header says of one scheme, its grammar checked.
struct claim {
  std::string_view time; // as received: this text is what was signed
  std::vector<sha256_digest> signatures;
};

// Twelve digits reach the year 33658 and cannot overflow.
constexpr std::size_t max_time_digits = 12;

bool is_digit(char character) { return character >= '0' && character <= '9'; }
bool is_lower_hex(char character) { return is_digit(character) || (character >= 'a' && character <= 'f'); }
bool is_visible(char character) { return character > ' ' && character < '\x7f'; }

// Parts without "=" have no name.
std::expected<std::vector<pair>, signature_error> pairs_of(std::string_view header) {
  if (header.empty()) {
    return std::unexpected(signature_error::empty);
  }
  if (header.size() > webhook_signature::max_header_size) {
    return std::unexpected(signature_error::too_long);
  }
  if (!std::ranges::all_of(header, is_visible)) {
    return std::unexpected(signature_error::bad_character);
  }
  std::vector<pair> pairs;
  for (std::size_t begin = 0; begin <= header.size();) {
    if (pairs.size() == webhook_signature::max_pairs) {
      return std::unexpected(signature_error::too_many_pairs);
    }
    const std::string_view part = header.substr(begin, header.find(',', begin) - begin);
    const std::size_t equals = part.find('=');
    if (equals != std::string_view::npos) {
      pairs.push_back({.name = part.substr(0, equals), .value = part.substr(equals + 1)});
    } else {
      pairs.push_back({.name = {}, .value = part});
    }
    begin += part.size() + 1;
  }
  return pairs;
}

// Both providers write lower case, and their own libraries compare the text. With upper case refused,
// comparing bytes has the same result.
std::optional<sha256_digest> signature_of(std::string_view text) {
  sha256_digest digest;
  if (!std::ranges::all_of(text, is_lower_hex) || !hex_decode(text, digest)) {
    return std::nullopt;
  }
  return digest;
}

std::expected<claim, signature_error> claim_in(std::string_view header, const webhook_signature& scheme) {
  const auto pairs = pairs_of(header);
  if (!pairs) {
    return std::unexpected(pairs.error());
  }
  std::optional<std::string_view> time;
  bool some_unreadable = false;
  claim found;
  for (const auto& [name, value] : *pairs) {
    if (name == scheme.time_name) {
      if (time) {
        return std::unexpected(signature_error::second_time);
      }
      time = value;
    } else if (name == scheme.signature_name) {
      if (const auto signature = signature_of(value)) {
        found.signatures.push_back(*signature);
      } else {
        some_unreadable = true;
      }
    }
  }
  if (!time) {
    return std::unexpected(signature_error::no_time);
  }
  if (time->empty() || time->size() > max_time_digits || !std::ranges::all_of(*time, is_digit)) {
    return std::unexpected(signature_error::bad_time);
  }
  if (found.signatures.empty()) {
    return std::unexpected(some_unreadable ? signature_error::bad_signature : signature_error::no_signature);
  }
  found.time = *time;
  return found;
}

// Compares every pair, so that the time does not tell which secret or signature matched.
bool any_matches(const claim& claimed, std::string_view body, std::span<const secret> secrets) {
  bool matched = false;
  for (const secret& key : secrets) {
    const sha256_digest expected = hmac_sha256(key.bytes(), {claimed.time, ".", body});
    for (const sha256_digest& given : claimed.signatures) {
      // Everybody knows the empty secret.
      const bool same = constant_time_equal(given, expected) && !key.empty();
      matched = matched || same;
    }
  }
  return matched;
}

} // namespace

std::expected<std::int64_t, signature_error> webhook_signature::verify(std::string_view header,
                                                                       std::string_view body,
                                                                       std::span<const secret> secrets,
                                                                       std::int64_t now_seconds) const {
  const auto claimed = claim_in(header, *this);
  if (!claimed) {
    return std::unexpected(claimed.error());
  }
  if (std::ranges::all_of(secrets, &secret::empty)) {
    return std::unexpected(signature_error::no_secret);
  }
  if (!any_matches(*claimed, body, secrets)) {
    return std::unexpected(signature_error::mismatch);
  }
  std::int64_t time = 0;
  std::from_chars(claimed->time.data(), claimed->time.data() + claimed->time.size(), time);
  if (time < now_seconds - window_seconds) {
    return std::unexpected(signature_error::too_old);
  }
  if (time > now_seconds + window_seconds) {
    return std::unexpected(signature_error::in_future);
  }
  return time;
}

std::string webhook_signature::sign(std::string_view body, const secret& key,
                                    std::int64_t now_seconds) const {
  const std::string time = json::decimal(now_seconds);
  const sha256_digest digest = hmac_sha256(key.bytes(), {time, ".", body});
  std::string header{time_name};
  header.append("=").append(time).append(",").append(signature_name).append("=").append(hex_encode(digest));
  return header;
}

std::string_view name_of(signature_error error) noexcept {
  switch (error) {
  case signature_error::empty: return "empty";
  case signature_error::too_long: return "too_long";
  case signature_error::too_many_pairs: return "too_many_pairs";
  case signature_error::bad_character: return "bad_character";
  case signature_error::no_time: return "no_time";
  case signature_error::second_time: return "second_time";
  case signature_error::bad_time: return "bad_time";
  case signature_error::no_signature: return "no_signature";
  case signature_error::bad_signature: return "bad_signature";
  case signature_error::no_secret: return "no_secret";
  case signature_error::mismatch: return "mismatch";
  case signature_error::too_old: return "too_old";
  case signature_error::in_future: return "in_future";
  }
  return "unknown";
}

} // namespace crypto
