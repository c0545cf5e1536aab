// Tells the host application what happened to a stream, by signed webhooks (Standard Webhooks 1.0). Each
// attempt is stored as a fact. An event may arrive more than once and out of order; its id is the same then.
#pragma once

#include "edge/clock.h"
#include "edge/host.h"
#include "edge/task.h"
#include "streams/model/host_event.h"
#include "streams/model/stream.h"
#include "streams/notify/event_settings.h"

#include <optional>

namespace streams {

// When the next delivery is due; nullopt if none is pending, and in a deployment without a receiver.
std::optional<edge::timestamp> next_delivery(const edge::host& host, const stream_record& stream);

// Delivers what is due, first what was never tried, the oldest first, and adds the attempts to the record,
// which it does not save. One place at a time makes an attempt (binding LEASES). Stops after twenty seconds
// and when the receiver does not answer: the stream's alarm goes on. False if it did not answer. Both
// arguments must outlive the task.
edge::task<bool> deliver_events(edge::host& host, stream_record& stream);

// Delivers one event, in at most fifteen seconds, and adds the attempt to the record. False if the receiver
// did not answer. `by_hand`: somebody asked for it. All references must outlive the task.
edge::task<bool> deliver(edge::host& host, const event_settings& with, stream_record& stream,
                         host_event event, bool by_hand);

} // namespace streams
