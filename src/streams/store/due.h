// What is due for a stream, and when. Its room keeps that and wakes the core then (binding ROOMS,
// worker/room.js), with one alarm at a time. Without the binding, the schedule finds what is due.
#pragma once

#include "edge/clock.h"
#include "edge/host.h"
#include "edge/operation.h"
#include "edge/task.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace streams {

enum class due : std::uint8_t {
  work,   // what the work queue holds for the stream
  check,  // a comparison of its record with the providers and with the time
  copies, // the same, since a provider has news of a copy or an upload: none is put off
};

std::string_view name_of(due what);

inline bool has_rooms(const edge::host& host) { return host.settings().has_binding("ROOMS"); }

// What asks the room of that stream for it, with an id that is_stream_id accepts.
edge::operation::wake wake_for(std::string_view stream_id, due what, edge::timestamp at,
                               std::string memory = {});

// Has the stream's room wake the core at that time at the latest. Then it gives the core this memory; empty:
// what it was given last. It never fails: the schedule finds what is lost. A live input's id has no room.
edge::task<edge::status> set_due(edge::host& host, std::string_view stream_id, due what, edge::timestamp at,
                                 std::string memory = {});

} // namespace streams
