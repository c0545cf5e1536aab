// The stream that somebody publishes to, with or without an account.
#pragma once

#include "api/known_stream.h"
#include "edge/context.h"

#include <expected>

namespace api {

// What is asked of a user; an invite is good for all of it.
enum class publisher_rights : std::uint8_t {
  look,    // whoever may manage the stream
  publish, // whoever may publish to it
};

// The stream of the route's first parameter, brought up to date, for a user, or for whoever bears an invite
// to it. Fails as find_managed_stream and find_published_stream do, and with 401 for an invite that has
// expired or was withdrawn. That may be known here a minute later than where it was withdrawn. The token of
// an invite to another stream gets the same 404 as for one that is not there.
edge::task<std::expected<known_stream, edge::problem>> find_stream_for_publisher(edge::context& request,
                                                                                 publisher_rights asked);

} // namespace api
