#include "streams/model/stream_id.h"

#include "crypto/hex.h"
#include "crypto/sha256.h"
#include "json/number.h"

#include <algorithm>
#include <cstdint>
#include <span>

namespace streams {

std::string digest_of_parts(std::initializer_list<std::string_view> parts) {
  crypto::sha256 hash;
  for (std::string_view part : parts) {
    hash.update(json::decimal(part.size()) + ':').update(part);
  }
  auto digest = hash.finish();
  return crypto::hex_encode(std::span{digest}.first(16));
}

namespace {

constexpr std::string_view alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t time_digits = 10;
constexpr std::size_t random_bytes = 10;
constexpr std::size_t length = 26;
constexpr std::uint64_t end_of_time = (std::uint64_t{1} << 50U) - 1;
constexpr std::string_view creator_prefix = "whip-mux:";
constexpr std::string_view copy_prefix = "whip-mux-copy:";

} // namespace

std::string make_stream_id(edge::timestamp now, edge::entropy& random) {
  return make_stream_id(now, random.take(random_bytes));
}

std::string make_stream_id(edge::timestamp time, std::string_view bytes) {
  std::string id(length, '0');
  auto elapsed = std::chrono::floor<edge::milliseconds>(time.time_since_epoch()).count();
  std::uint64_t remaining = end_of_time - static_cast<std::uint64_t>(elapsed);
  for (std::size_t digit = time_digits; digit > 0; --digit, remaining >>= 5U) {
    id[digit - 1] = alphabet[remaining & 31U];
  }

  // Five bytes make eight digits.
  std::uint64_t bits = 0;
  std::size_t at = time_digits;
  std::size_t count = 0;
  for (char byte : bytes.substr(0, random_bytes)) {
    bits = bits << 8U | static_cast<unsigned char>(byte);
    if (++count % 5 != 0) {
      continue;
    }
    for (unsigned shift = 40; shift > 0;) {
      id[at++] = alphabet[bits >> (shift -= 5U) & 31U];
    }
    bits = 0;
  }
  return id;
}

edge::timestamp time_of_stream_id(std::string_view id) {
  std::uint64_t remaining = 0;
  for (char digit : id.substr(0, time_digits)) {
    remaining = remaining << 5U | (alphabet.find(digit) & 31U);
  }
  return edge::timestamp{edge::milliseconds{end_of_time - (remaining & end_of_time)}};
}

edge::timestamp earliest_of(std::string_view id) {
  constexpr std::chrono::minutes provider_clocks{5};
  return time_of_stream_id(id) - provider_clocks;
}

bool is_stream_id(std::string_view text) {
  return text.size() == length &&
         std::ranges::all_of(text, [](char letter) { return alphabet.contains(letter); });
}

namespace {

std::string prefix(std::string_view deployment) { return "whip-mux:" + std::string{deployment} + ':'; }

} // namespace

std::string tag_of(std::string_view deployment, std::string_view stream_id) {
  return prefix(deployment) + std::string{stream_id};
}

std::optional<std::string> stream_of(std::string_view tag, std::string_view deployment) {
  std::string ours = prefix(deployment);
  if (!tag.starts_with(ours) || !is_stream_id(tag.substr(ours.size()))) {
    return std::nullopt;
  }
  return std::string{tag.substr(ours.size())};
}

bool is_deployment_id(std::string_view text) {
  return text.size() == deployment_id_size && text.find_first_not_of("0123456789abcdef") == text.npos;
}

std::string creator_of(std::string_view stream_id) { return std::string{creator_prefix}.append(stream_id); }

std::string copy_passthrough(std::string_view stream_id, std::string_view of) {
  return std::string{copy_prefix}.append(stream_id).append(1, ':').append(of);
}

std::optional<std::string> stream_of_copy(std::string_view creator_or_passthrough) {
  for (const std::string_view prefix : {creator_prefix, copy_prefix}) {
    if (creator_or_passthrough.starts_with(prefix)) {
      const std::string_view rest = creator_or_passthrough.substr(prefix.size());
      if (const std::string_view id = rest.substr(0, rest.find(':')); is_stream_id(id)) {
        return std::string{id};
      }
    }
  }
  return std::nullopt;
}

std::optional<std::string> stream_of_any(std::string_view tag, std::string_view name) {
  const std::string_view before_stream = tag.substr(0, tag.rfind(':'));
  const std::string_view id = before_stream.substr(before_stream.rfind('-') + 1);
  if (is_deployment_id(id)) {
    if (auto found = stream_of(tag, (std::string{name} + '-').append(id))) {
      return found;
    }
  }
  return stream_of(tag, name);
}

} // namespace streams
