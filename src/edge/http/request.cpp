#include "edge/http/request.h"

#include <algorithm>

namespace edge {

namespace {

int hex_digit(char letter) {
  if (letter >= '0' && letter <= '9') {
    return letter - '0';
  }
  if (letter >= 'a' && letter <= 'f') {
    return letter - 'a' + 10;
  }
  if (letter >= 'A' && letter <= 'F') {
    return letter - 'A' + 10;
  }
  return -1;
}

std::string_view after_authority(std::string_view url) {
  std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) {
    return url;
  }
  std::size_t path = url.find_first_of("/?#", scheme + 3);
  return path == std::string_view::npos ? std::string_view{"/"} : url.substr(path);
}

} // namespace

std::optional<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char letter = text[i];
    if (letter == '%') {
      if (text.size() - i < 3) {
        return std::nullopt;
      }
      int high = hex_digit(text[i + 1]);
      int low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) {
        return std::nullopt;
      }
      letter = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (letter == '\0') {
      return std::nullopt;
    }
    decoded += letter;
  }
  return decoded;
}

std::string_view request::path() const {
  std::string_view rest = after_authority(url);
  return rest.substr(0, rest.find_first_of("?#"));
}

std::optional<std::string> request::query(std::string_view name) const {
  std::string_view rest = after_authority(url);
  rest = rest.substr(0, rest.find('#'));
  std::size_t mark = rest.find('?');
  if (mark == std::string_view::npos) {
    return std::nullopt;
  }
  rest.remove_prefix(mark + 1);
  while (!rest.empty()) {
    std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    std::size_t equals = pair.find('=');
    if (pair.substr(0, equals) != name) {
      continue;
    }
    std::string value{equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1)};
    std::ranges::replace(value, '+', ' ');
    return percent_decode(value);
  }
  return std::nullopt;
}

std::optional<std::string_view> request::cookie(std::string_view name) const {
  std::optional<std::string_view> found;
  for (std::string_view rest = headers.find("cookie").value_or(""); !rest.empty();) {
    std::string_view pair = rest.substr(0, rest.find(';'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
    if (!pair.starts_with(name) || !pair.substr(name.size()).starts_with('=')) {
      continue;
    }
    if (found) {
      return std::nullopt;
    }
    found = pair.substr(name.size() + 1);
  }
  return found;
}

} // namespace edge
