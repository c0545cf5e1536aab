// Something that is not as it was asked for, though the stream works: told to whoever owns it.
#pragma once

#include <string>
#include <string_view>

namespace streams {

struct warning {
  std::string code;   // stable, for programs: "backup_unavailable"
  std::string detail; // a sentence for a person; holds no secret

  bool operator==(const warning&) const = default;
};

// The code of a backup that was wanted and could not be attached; the schedule does that later.
inline constexpr std::string_view backup_unavailable = "backup_unavailable";

} // namespace streams
