// What is about to be made for a stream, written down before the first provider is called: whoever finds one
// without a record knows what to look for at the providers.
#pragma once

#include "edge/clock.h"

#include <optional>
#include <string>
#include <string_view>

namespace streams {

struct intent {
  std::string stream_id;
  std::string tag; // of the provider objects
  std::string created_by;
  std::optional<std::string> memorial_id;
  edge::timestamp created_at;

  std::string to_text() const;
  // Nothing for a text that to_text does not write.
  static std::optional<intent> from_text(std::string_view stream_id, std::string_view text);
};

// Something that was asked of a stream and is not done yet: written before it is asked for, each time under a
// key of its own, and removed when it is done. Whoever finds one later does what the stream's changes ask
// for.

struct pending_work {
  std::string stream_id;
  std::string id; // letters and digits
  edge::timestamp since;
};

} // namespace streams
