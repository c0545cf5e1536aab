// SHA-256 in the words and order of FIPS 180-4: section numbers below are that document's.
#include "crypto/sha256.h"

#include <algorithm>
#include <bit>

namespace crypto {

namespace {

using word = std::uint32_t;

// Section 4.2.2: the first 32 bits of the fractions of the cube roots of the first 64 primes.
constexpr std::array<word, 64> round_constants = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

word load_big_endian(const std::uint8_t* bytes) noexcept {
  return word{bytes[0]} << 24 | word{bytes[1]} << 16 | word{bytes[2]} << 8 | word{bytes[3]};
}

// Section 4.1.2: the six functions.
constexpr word choose(word x, word y, word z) noexcept { return (x & y) ^ (~x & z); }
constexpr word majority(word x, word y, word z) noexcept { return (x & y) ^ (x & z) ^ (y & z); }
constexpr word large_sigma_0(word x) noexcept {
  return std::rotr(x, 2) ^ std::rotr(x, 13) ^ std::rotr(x, 22);
}
constexpr word large_sigma_1(word x) noexcept {
  return std::rotr(x, 6) ^ std::rotr(x, 11) ^ std::rotr(x, 25);
}
constexpr word small_sigma_0(word x) noexcept { return std::rotr(x, 7) ^ std::rotr(x, 18) ^ (x >> 3); }
constexpr word small_sigma_1(word x) noexcept { return std::rotr(x, 17) ^ std::rotr(x, 19) ^ (x >> 10); }

} // namespace

// Section 6.2.2.
void sha256::compress(const std::uint8_t* block) noexcept {
  std::array<word, 64> schedule;
  for (std::size_t t = 0; t < 16; ++t) {
    schedule[t] = load_big_endian(block + 4 * t);
  }
  for (std::size_t t = 16; t < 64; ++t) {
    schedule[t] =
        small_sigma_1(schedule[t - 2]) + schedule[t - 7] + small_sigma_0(schedule[t - 15]) + schedule[t - 16];
  }
  auto [a, b, c, d, e, f, g, h] = state_;
  for (std::size_t t = 0; t < 64; ++t) {
    const word first = h + large_sigma_1(e) + choose(e, f, g) + round_constants[t] + schedule[t];
    const word second = large_sigma_0(a) + majority(a, b, c);
    h = g;
    g = f;
    f = e;
    e = d + first;
    d = c;
    c = b;
    b = a;
    a = first + second;
  }
  const std::array<word, 8> working = {a, b, c, d, e, f, g, h};
  for (std::size_t i = 0; i < state_.size(); ++i) {
    state_[i] += working[i];
  }
}

sha256& sha256::update(byte_view piece) noexcept {
  const std::uint8_t* next = piece.data();
  std::size_t left = piece.size();
  const auto held = static_cast<std::size_t>(length_ % block_size);
  length_ += left;
  if (held != 0) {
    const std::size_t taken = std::min(left, block_size - held);
    std::copy_n(next, taken, pending_.data() + held);
    next += taken;
    left -= taken;
    if (held + taken < block_size) {
      return *this;
    }
    compress(pending_.data());
  }
  for (; left >= block_size; next += block_size, left -= block_size) {
    compress(next);
  }
  std::copy_n(next, left, pending_.begin());
  return *this;
}

sha256_digest sha256::finish() noexcept {
  // Section 5.1.1: a one bit, zeros, and the length in bits in the last eight bytes of a block.
  constexpr std::size_t length_at = block_size - 8;
  const std::uint64_t bits = length_ * 8;
  auto end = static_cast<std::size_t>(length_ % block_size);
  pending_[end++] = 0x80;
  if (end > length_at) {
    std::fill(pending_.data() + end, pending_.data() + block_size, std::uint8_t{0});
    compress(pending_.data());
    end = 0;
  }
  std::fill(pending_.data() + end, pending_.data() + length_at, std::uint8_t{0});
  for (std::size_t i = 0; i < 8; ++i) {
    pending_[block_size - 1 - i] = static_cast<std::uint8_t>(bits >> (8 * i));
  }
  compress(pending_.data());

  sha256_digest digest;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    digest[i] = static_cast<std::uint8_t>(state_[i / 4] >> (24 - 8 * (i % 4)));
  }
  *this = sha256();
  return digest;
}

// HMAC as RFC 2104 section 2 writes it: H(K xor opad, H(K xor ipad, text)).

sha256_digest hmac_sha256(byte_view key, byte_view message) noexcept { return hmac_sha256(key, {message}); }

sha256_digest hmac_sha256(byte_view key, std::initializer_list<byte_view> parts) noexcept {
  // A key longer than a block is hashed first; a shorter one is filled up with zeros.
  std::array<std::uint8_t, sha256::block_size> pad{};
  if (key.size() > pad.size()) {
    std::ranges::copy(sha256::of(key), pad.begin());
  } else {
    std::ranges::copy(key, pad.begin());
  }

  for (std::uint8_t& byte : pad) {
    byte ^= 0x36;
  }
  sha256 hash;
  hash.update(pad);
  for (const byte_view part : parts) {
    hash.update(part);
  }
  const sha256_digest inner = hash.finish();

  for (std::uint8_t& byte : pad) {
    byte ^= 0x36 ^ 0x5c;
  }
  return hash.update(pad).update(inner).finish();
}

} // namespace crypto
