// Where a browser, or whoever stands in for one, publishes a stream by WHIP: what its plan says.
#pragma once

#include "crypto/secret.h"
#include "edge/clock.h"
#include "streams/model/settings.h"
#include "streams/model/stream.h"
#include "streams/store/credentials.h"

#include <optional>

namespace streams {

struct publish_endpoint {
  crypto::secret whip_url; // a credential as a whole, but for the relay's
  crypto::secret bearer;   // to send as Authorization: Bearer with every request of the session; or empty
};

// With the stream's opened credentials (read_credentials). Nothing where nobody publishes by WHIP: an encoder
// does (`method`), or the plan is the relay and this deployment has none any more.
std::optional<publish_endpoint> publish_endpoint_of(const stream_record& stream, const credentials& secrets,
                                                    const std::optional<relay_settings>& relay,
                                                    edge::timestamp now);

} // namespace streams
