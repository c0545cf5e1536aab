// SDP fragments to the relay: candidates that come later, and restarts of ICE.
#include "ice_fragment.h"

#include "target.h"

#include <string>

void fuzz::run(std::string_view input) {
  const auto read = relay::parse_ice_fragment(input);
  require(read.has_value() == relay::parse_ice_fragment(input).has_value());
  if (!read) {
    require(!read.error().empty());
    return;
  }
  require(read->candidates.size() <= relay::max_candidates);
  for (const std::string& each : read->candidates) {
    require(relay::is_usable_candidate(each));
    require(relay::is_usable_candidate(relay::with_public_address(each, "203.0.113.7")));
  }
  if (read->ufrag.empty()) {
    return; // more candidates for a session that has its credentials
  }
  const std::string written = relay::to_text(*read, "0", "audio");
  const auto again = relay::parse_ice_fragment(written);
  require(again.has_value());
  require(again->ufrag == read->ufrag && again->password == read->password &&
          again->complete == read->complete);
  require(again->candidates == read->candidates);
  require(relay::to_text(*again, "0", "audio") == written);
}
