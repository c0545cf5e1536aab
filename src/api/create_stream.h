// The general form of making a stream: how it is published to, how it comes in, and where it is sent on to.
#pragma once

#include "edge/context.h"

namespace api {

// POST /api/streams, for any user: {title, memorialId?, streamingMethod, ingest?, enableMuxBackup?,
// visibility?, outputs?: [{url, streamKey, enabled?}]}. Answers 201 {success, stream}, 400 for a bad field or
// an ingest that this deployment does not have, 502 where the provider that it comes into fails, 503 where
// the store does. An output that could not be added is a warning of the stream.
edge::task<edge::answer> create_stream(edge::context& request);

} // namespace api
