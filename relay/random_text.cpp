#include "random_text.h"

#include "crypto/base64.h"

#include <cstdlib>
#include <sys/random.h>

namespace relay {

std::string random_text() {
  std::string bytes(16, '\0');
  // Once the system's generator is initialized, getrandom returns up to 256 bytes in one piece.
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    std::abort();
  }
  return crypto::base64url_encode(bytes);
}

} // namespace relay
