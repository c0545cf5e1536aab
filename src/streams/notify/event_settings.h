// Where the host application hears of its streams, and what signs what it hears (docs/settings.md).
#pragma once

#include "crypto/secret.h"
#include "edge/environment.h"

#include <optional>
#include <string>
#include <vector>

namespace streams {

struct event_settings {
  std::string url;                  // EVENTS_URL
  std::vector<crypto::secret> keys; // EVENTS_SECRETS: at least one; each signs, so that one can be replaced

  // Nullopt if one of the two is missing or malformed: then nobody is told.
  static std::optional<event_settings> read(const edge::environment& from);
  // The names of those, unless both are missing.
  static std::vector<std::string> missing(const edge::environment& from);
};

} // namespace streams
