// A hash of what makes an event differ from others.
#include "cloudflare/event_id.h"

#include "crypto/hex.h"
#include "crypto/sha256.h"

#include <cstddef>

namespace cloudflare {

std::string event_id_of(std::initializer_list<std::string_view> parts) {
  constexpr std::size_t size = 32;
  crypto::sha256 hash;
  for (const std::string_view part : parts) {
    hash.update(part).update("\n");
  }
  return crypto::hex_encode(hash.finish()).substr(0, size);
}

} // namespace cloudflare
