// Something that is not as it was asked for, though the stream works: told to whoever owns it.
#pragma once

#include <string>

namespace streams {

struct warning {
  std::string code;   // stable, for programs: "backup_unavailable"
  std::string detail; // a sentence for a person; holds no secret

  bool operator==(const warning&) const = default;
};

} // namespace streams
