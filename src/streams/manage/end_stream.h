// Ends a stream at both providers, so that nobody can broadcast to it any more.
#pragma once

#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"
#include "streams/model/stream.h"
#include "streams/settings/settings.h"

namespace streams {

// Cuts off the phone, disables the ingest (the live input, or the live stream when Mux is the ingest), and
// then ends the broadcast at Mux: in this order, so that Cloudflare has sent on everything before Mux stops
// taking it. Once all is done, that is stored as a change and folded into the record. After a failure at
// Cloudflare, Mux goes on. May be repeated; an object that is gone counts as ended.
edge::task<edge::status> end_stream(edge::host& host, const settings& with, stream_record& stream,
                                    edge::timestamp deadline);

} // namespace streams
