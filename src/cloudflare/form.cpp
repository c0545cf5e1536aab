// The forms of text from Cloudflare.
#include "cloudflare/form.h"

#include <algorithm>
#include <cstddef>

namespace cloudflare::form {
namespace {

bool is_digit(char character) { return character >= '0' && character <= '9'; }
bool is_upper(char character) { return character >= 'A' && character <= 'Z'; }
bool is_letter_or_digit(char character) {
  return is_digit(character) || is_upper(character) || (character >= 'a' && character <= 'z');
}
bool is_visible(char character) { return character > ' ' && character <= '~'; }

template <class Predicate>
bool is_made_of(std::string_view text, std::size_t max_size, Predicate allowed) {
  return !text.empty() && text.size() <= max_size && std::ranges::all_of(text, allowed);
}

} // namespace

bool is_id(std::string_view text) { return is_made_of(text, 64, is_letter_or_digit); }

bool is_id_or_token(std::string_view text) {
  return is_made_of(text, 4096,
                    [](char character) {
                      return is_letter_or_digit(character) || character == '-' || character == '_' ||
                             character == '.';
                    }) &&
         is_letter_or_digit(text.front());
}

bool is_error_code(std::string_view text) {
  return is_made_of(text, 64, [](char character) {
    return is_digit(character) || is_upper(character) || character == '_';
  });
}

bool is_url(std::string_view text) {
  constexpr std::string_view excluded = "\"'\\<>`";
  return is_made_of(text, 512,
                    [&](char character) { return is_visible(character) && !excluded.contains(character); });
}

bool is_rtmp_url(std::string_view text) {
  return is_url(text) && (text.starts_with("rtmps://") || text.starts_with("rtmp://"));
}

bool is_srt_url(std::string_view text) { return is_url(text) && text.starts_with("srt://"); }

bool is_key(std::string_view text) { return is_made_of(text, 255, is_visible); }

std::optional<std::string> text_in(const json::value& from, bool (*has_form)(std::string_view)) {
  const auto text = from.text();
  return text && has_form(*text) ? std::optional(std::string(*text)) : std::nullopt;
}

std::optional<edge::timestamp> time_in(const json::value& from) {
  return from.text().and_then(edge::parse_timestamp);
}

} // namespace cloudflare::form
