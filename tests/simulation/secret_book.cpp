#include "simulation/secret_book.h"

#include "crypto/base64.h"
#include "crypto/hex.h"

#include <algorithm>
#include <cstring>

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

constexpr std::size_t shortest = 8;

std::uint64_t beginning_of(const char* text) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, text, shortest);
  return bytes;
}

std::size_t hash_of(std::uint64_t beginning) {
  return static_cast<std::size_t>(beginning * 0x9e3779b97f4a7c15U >> 48U);
}

} // namespace

void secret_book::add_form(std::string name, std::string text) {
  const std::uint64_t beginning = beginning_of(text.data());
  beginnings_.set(hash_of(beginning));
  forms_[beginning].push_back({.name = std::move(name), .text = std::move(text)});
}

void secret_book::add(std::string name, std::string secret) {
  for (std::size_t shift = 0; shift < 3; ++shift) {
    std::string core = core_of_base64(shift, secret);
    std::string standard = in_standard_alphabet(core);
    if (standard != core) {
      add_form(name, std::move(standard));
    }
    add_form(name, std::move(core));
  }
  add_form(name, crypto::hex_encode(secret));
  add_form(std::move(name), std::move(secret));
}

std::optional<std::string> secret_book::found_in(std::string_view text) const {
  for (std::size_t at = 0; at + shortest <= text.size(); ++at) {
    const std::uint64_t beginning = beginning_of(text.data() + at);
    if (!beginnings_.test(hash_of(beginning))) {
      continue;
    }
    const auto found = forms_.find(beginning);
    if (found == forms_.end()) {
      continue;
    }
    for (const form& each : found->second) {
      if (text.substr(at).starts_with(each.text)) {
        return each.name;
      }
    }
  }
  return std::nullopt;
}

} // namespace simulation
