// What is about to be made for a stream, written down before the first provider is called: whoever finds one
// without a record knows what to look for at the providers.
#pragma once

#include "edge/clock.h"

#include <string>
#include <string_view>

namespace streams {

struct intent {
  std::string stream_id;
  std::string tag; // of the provider objects
  std::string created_by;
  edge::timestamp created_at;

  std::string to_text() const;
};

} // namespace streams
