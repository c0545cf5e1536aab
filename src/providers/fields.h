// How text from a provider must look before it goes into a URL, a key or a log, and how it is read.
#pragma once

#include "crypto/secret.h"
#include "edge/clock.h"
#include "edge/environment.h"
#include "json/reader.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace providers {

// Tells whether a text has a form that is documented or was seen.
using form = bool (*)(std::string_view text);

[[nodiscard]] constexpr bool is_digit(char each) { return each >= '0' && each <= '9'; }
[[nodiscard]] constexpr bool is_lower(char each) { return each >= 'a' && each <= 'z'; }
[[nodiscard]] constexpr bool is_upper(char each) { return each >= 'A' && each <= 'Z'; }
[[nodiscard]] constexpr bool is_letter_or_digit(char each) {
  return is_lower(each) || is_upper(each) || is_digit(each);
}
using edge::is_visible;

// Whether a text has 1 to `max_size` characters, all of them allowed.
[[nodiscard]] bool is_made_of(std::string_view text, std::size_t max_size, bool (*is_allowed)(char));

// The text of a JSON string of that form.
[[nodiscard]] std::optional<std::string> text_in(const json::value& from, form has_form);

// A time in RFC 3339 form.
[[nodiscard]] std::optional<edge::timestamp> time_in(const json::value& from);

// A duration in seconds. Nothing for -1, which both providers write for an unknown one.
[[nodiscard]] std::optional<edge::milliseconds> duration_in(const json::value& from);

// A provider's word for a value of an enumeration of ours.
template <class Enum>
using word = std::pair<std::string_view, Enum>;

// The meaning of a word. Nothing for a word that is not in the list, and for no word.
template <class Enum, std::size_t size>
[[nodiscard]] std::optional<Enum> meaning_of(std::optional<std::string_view> text,
                                             const std::array<word<Enum>, size>& words) {
  for (const auto& [known, meaning] : words) {
    if (text == known) {
      return meaning;
    }
  }
  return std::nullopt;
}

// Settings: a list of secrets, and an address without a slash at its end.
[[nodiscard]] std::vector<crypto::secret> secrets_in(const edge::environment& from, std::string_view name);
[[nodiscard]] std::string url_in(const edge::environment& from, std::string_view name,
                                 std::string_view otherwise);

} // namespace providers
