// Something that differs from what the owner asked for, although the stream works.
#pragma once

#include <string>
#include <string_view>

namespace streams {

struct warning {
  std::string code;   // stable, for programs: "backup_unavailable"
  std::string detail; // a sentence for a person; holds no secret
  // The provider whose recording it is about: "cloudflare" or "mux"; empty for all other warnings.
  std::string_view source = {};

  bool operator==(const warning&) const = default;
};

// The backup at Mux could not be attached yet; the schedule tries again.
inline constexpr std::string_view backup_unavailable = "backup_unavailable";

} // namespace streams
