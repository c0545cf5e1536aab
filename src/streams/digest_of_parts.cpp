#include "streams/digest_of_parts.h"

#include "crypto/hex.h"
#include "crypto/sha256.h"

#include <span>

namespace streams {

std::string digest_of_parts(std::initializer_list<std::string_view> parts) {
  crypto::sha256 hash;
  for (std::string_view part : parts) hash.update(std::to_string(part.size()) + ':').update(part);
  auto digest = hash.finish();
  return crypto::hex_encode(std::span{digest}.first(16));
}

} // namespace streams
