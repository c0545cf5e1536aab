// Makes both providers admit the viewers that a stream is for now.
#pragma once

#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"
#include "streams/model/stream.h"
#include "streams/settings/settings.h"

namespace streams {

// Whether it can be changed now, by what providers allow. Mux keeps the policy that a live stream's
// recordings get from its creation on, so a stream with one, or that is still to get one, must have ended.
bool can_change_visibility(const stream_record& stream, const settings& with);

// Protects the live input at Cloudflare and the recordings at both providers, or opens them, by the stream's
// visibility. May be repeated. The facts about new playback ids are stored and folded into the record.
edge::task<edge::status> apply_visibility(edge::host& host, const settings& with, stream_record& stream,
                                          edge::timestamp deadline);

} // namespace streams
