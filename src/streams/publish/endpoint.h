// Where a browser, or the WHIP proxy in its place, publishes a stream: its plan decides.
#pragma once

#include "crypto/secret.h"
#include "edge/clock.h"
#include "streams/model/stream.h"
#include "streams/settings/settings.h"
#include "streams/store/credentials.h"

#include <optional>

namespace streams {

struct publish_endpoint {
  crypto::secret whip_url; // a credential, except for the relay's
  crypto::secret bearer;   // for every request of the session; may be empty
};

// Takes the stream's opened credentials (read_credentials), and since when the publisher has its right:
// before `now` if it goes on with a broadcast. Nullopt if an encoder publishes (`method`), if the plan is
// the relay and this deployment no longer has one, or if it is LiveKit: see livekit_endpoint.
std::optional<publish_endpoint> publish_endpoint_of(const stream_record& stream, const credentials& secrets,
                                                    const std::optional<relay_settings>& relay,
                                                    edge::timestamp since, edge::timestamp now);

} // namespace streams
