// Who can play the streams of the swarm once it is at rest.
#pragma once

#include "json/reader.h"
#include "simulation/swarm_people.h"
#include "simulation/world.h"
#include "streams/model/stream.h"

#include <string>
#include <vector>

namespace simulation {

// Adds what is wrong: those with a right can play everything that they are shown, and of a private stream
// nobody else is shown or can play anything. `shown` is the stream as its owner sees it.
void check_playback(world& in, const swarm_people& crowd, const streams::stream_record& record,
                    const json::value& shown, std::vector<std::string>& found);

} // namespace simulation
