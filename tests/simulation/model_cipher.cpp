#include "simulation/model_cipher.h"

#include "crypto/bytes.h"
#include "crypto/sha256.h"

namespace simulation {

namespace {

constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;

std::string apply_key_stream(std::string_view key, std::string_view nonce, std::string_view text) {
  std::string other{text};
  crypto::sha256_digest block{};
  for (std::size_t i = 0; i < other.size(); ++i) {
    if (i % block.size() == 0) {
      block = crypto::hmac_sha256(key, {"stream", nonce, std::to_string(i / block.size())});
    }
    other[i] = static_cast<char>(static_cast<unsigned char>(other[i]) ^ block[i % block.size()]);
  }
  return other;
}

std::string tag_of(std::string_view key, std::string_view associated_data, std::string_view nonce,
                   std::string_view ciphertext) {
  auto digest = crypto::hmac_sha256(
      key, {"tag", std::to_string(associated_data.size()), ":", associated_data, nonce, ciphertext});
  return {digest.begin(), digest.begin() + tag_size};
}

} // namespace

std::string seal(const edge::operation::seal& what, dice& chance) {
  std::string nonce = chance.bytes(nonce_size);
  std::string ciphertext = apply_key_stream(what.key, nonce, what.plain);
  return nonce + ciphertext + tag_of(what.key, what.associated_data, nonce, ciphertext);
}

std::optional<std::string> open(const edge::operation::open& what) {
  std::string_view sealed = what.sealed;
  if (sealed.size() < nonce_size + tag_size) {
    return std::nullopt;
  }
  std::string_view nonce = sealed.substr(0, nonce_size);
  std::string_view ciphertext = sealed.substr(nonce_size, sealed.size() - nonce_size - tag_size);
  std::string tag = tag_of(what.key, what.associated_data, nonce, ciphertext);
  if (!crypto::constant_time_equal(sealed.substr(sealed.size() - tag_size), tag)) {
    return std::nullopt;
  }
  return apply_key_stream(what.key, nonce, ciphertext);
}

std::string sign(std::string_view key, std::string_view text) {
  const auto digest = crypto::hmac_sha256(key, {"signature", text});
  return {digest.begin(), digest.end()};
}

} // namespace simulation
