// The Link header of a WHIP answer, of which only the ICE servers may reach a page.
#include "whip/link_header.h"

#include "edge/http/headers.h"
#include "target.h"

#include <algorithm>
#include <array>
#include <string>

void fuzz::run(std::string_view input) {
  const std::string kept = whip::ice_servers_in(input);
  require(whip::ice_servers_in(kept) == kept);
  require(kept.size() <= 2 * input.size());
  constexpr std::array<std::string_view, 2> schemes{"<stun", "<turn"};
  require(kept.empty() || std::ranges::any_of(schemes, [&](std::string_view each) {
            return edge::same_but_for_case(std::string_view{kept}.substr(0, each.size()), each);
          }));
  // A link to the provider itself is left out wherever it stands.
  const std::string secret = "<https://provider.example/credential>; rel=\"self\"";
  require(whip::ice_servers_in(secret + ", " + kept) == kept);
}
