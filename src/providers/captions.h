// Captions that a provider makes of the sound of a recording.
#pragma once

#include <cstdint>
#include <string>

namespace providers {

enum class captions_state : std::uint8_t { making, ready, failed };

struct captions {
  std::string language; // BCP 47
  std::string name;     // for people
  captions_state state;
};

} // namespace providers
