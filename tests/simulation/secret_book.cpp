#include "simulation/secret_book.h"

#include "crypto/base64.h"
#include "crypto/hex.h"

#include <algorithm>

namespace simulation {

namespace {

// The characters that depend only on the secret if it starts that many bytes after a multiple of three.
std::string core_of_base64(std::size_t shift, std::string_view secret) {
  std::string encoded = crypto::base64url_encode(std::string(shift, '\0') + std::string{secret});
  std::size_t begin = (shift * 8 + 5) / 6;
  std::size_t end = (shift + secret.size()) * 8 / 6;
  return encoded.substr(begin, end - begin);
}

std::string in_standard_alphabet(std::string text) {
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  return text;
}

} // namespace

void secret_book::add(std::string name, std::string secret) {
  for (std::size_t shift = 0; shift < 3; ++shift) {
    std::string core = core_of_base64(shift, secret);
    std::string standard = in_standard_alphabet(core);
    if (standard != core) {
      forms_.push_back({name, std::move(standard)});
    }
    forms_.push_back({name, std::move(core)});
  }
  forms_.push_back({name, crypto::hex_encode(secret)});
  forms_.push_back({std::move(name), std::move(secret)});
}

std::optional<std::string> secret_book::found_in(std::string_view text) const {
  for (const form& each : forms_) {
    if (text.contains(each.text)) {
      return each.name;
    }
  }
  return std::nullopt;
}

} // namespace simulation
