// The keys that seal credentials before they are stored: AES-256-GCM, bound to the stream and the field, so
// that a sealed value opens only in its own place.
#pragma once

#include "crypto/secret.h"
#include "edge/environment.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace streams {

class keyring {
public:
  // Reads SEALING_KEYS: a list of `id:key`, the key being 32 bytes in base64url. The first seals, all open.
  // Nullopt if the setting is missing or malformed.
  static std::optional<keyring> read(const edge::environment& from);

  edge::task<edge::outcome<std::string>> seal(edge::host& host, std::string_view stream_id,
                                              std::string_view field, std::string_view plain) const;

  // Fails with not_opened for a value that was altered or moved, or whose key is missing.
  edge::task<edge::outcome<std::string>> open(edge::host& host, std::string_view stream_id,
                                              std::string_view field, std::string_view sealed) const;

  // Whether it was sealed with the key that seals now.
  [[nodiscard]] bool sealed_with_first(std::string_view sealed) const {
    return sealed.substr(0, sealed.find(':')) == keys_.front().id;
  }

  // One key for another purpose from each key, in their order. It reveals nothing about the original:
  // HMAC-SHA256 of the purpose (as NIST SP 800-108 derives keys).
  [[nodiscard]] std::vector<crypto::secret> derived_for(std::string_view purpose) const;

private:
  struct key {
    std::string id;
    crypto::secret bytes;
  };

  std::vector<key> keys_;
};

} // namespace streams
