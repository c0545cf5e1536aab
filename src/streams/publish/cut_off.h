// Ends what a phone publishes, although the phone wants to go on.
#pragma once

#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"
#include "streams/model/stream.h"
#include "streams/settings/settings.h"

namespace streams {

// A publisher by WHIP with a right from before `ordered` loses the connection; a newer session goes on.
// The relay is given an order (docs/relay.md); so are all others, because only a relay knows who publishes
// there, but whether those answer does not matter. LiveKit's ingress is deleted. Elsewhere the newest session
// through our proxy is ended at the provider; a phone that got past the proxy with the stream's credentials
// is not reached. May be repeated; it succeeds as well if nobody publishes.
edge::task<edge::status> cut_off(edge::host& host, const settings& with, const stream_record& stream,
                                 edge::timestamp ordered);

} // namespace streams
