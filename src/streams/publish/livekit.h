// The plan livekit: a phone publishes to an ingress at LiveKit, and an egress sends that on to the live
// input. Both are in a room that is named after the stream's tag.
//
// The first phone makes the ingress. Whatever cuts a phone off deletes it, so its key is of no use any more,
// and the next phone makes another one. Nothing about it is stored. What is left of a stream that has ended
// or is gone, the schedule sweeps: see reconcile/orphans.h.
#pragma once

#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"
#include "streams/model/stream.h"
#include "streams/publish/endpoint.h"
#include "streams/settings/settings.h"

#include <optional>
#include <string_view>

namespace streams {

// Where the phone publishes, by the settings of LiveKit. Makes the ingress if it is missing. Nothing is tried
// twice: a phone that comes again finds what a call with an unknown effect made.
edge::task<edge::outcome<publish_endpoint>> livekit_endpoint(edge::host& host, const settings& with,
                                                             const stream_record& stream);

// Deletes the stream's ingresses: its phone loses the connection, and LiveKit ends the egress. May be
// repeated. Does nothing in a deployment without LiveKit.
edge::task<edge::status> remove_ingresses(edge::host& host, const settings& with, std::string_view stream_id,
                                          edge::timestamp deadline);

// Takes what remove_ingresses gave where nothing may wait for LiveKit for ever: a refusal, which would stay
// one (a replaced key), is logged and counts as done. A failure that may pass remains one.
edge::status unless_refused(edge::host& host, edge::status removed);

// Starts the egress of a phone that publishes and is not sent on, whether or not the record tells of the
// phone, unless the stream has ended. One call at a time for each stream: its alarm, or the schedule. Gives
// when to look again, if that is to be soon: while the phone is new.
edge::task<edge::outcome<std::optional<edge::timestamp>>> keep_sending(edge::host& host, const settings& with,
                                                                       const stream_record& stream);

} // namespace streams
