// Live inputs into facts.
#include "cloudflare/live_input_fact.h"

#include "cloudflare/event_id.h"

#include <string>

namespace cloudflare {

std::optional<fact> fact_of(const live_input& read) {
  if (!read.status || !read.status->since) {
    return std::nullopt;
  }
  const bool connected = read.status->state == encoder_state::connected;
  if (!connected && read.status->state != encoder_state::disconnected) {
    return std::nullopt;
  }
  const auto kind = connected ? fact_kind::input_connected : fact_kind::input_disconnected;
  const edge::timestamp at = *read.status->since;
  return fact{.event_id =
                  event_id_of({read.id, name_of(kind), std::to_string(at.time_since_epoch().count())}),
              .kind = kind,
              .at = at,
              .live_input_id = read.id};
}

} // namespace cloudflare
