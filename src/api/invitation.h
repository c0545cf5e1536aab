// What a request without an account comes with: an invite to one stream.
#pragma once

#include "api/known_stream.h"
#include "edge/context.h"
#include "streams/invite.h"

#include <expected>
#include <optional>

namespace api {

// The stream of the route's first parameter, brought up to date, where the request bears an invite to it for
// that. Nothing where what it bears is no invite of ours, or one for something else. Fails as
// find_public_stream does, with the same 404 for another stream's invite as for a stream that is not there,
// and with 401 for an invite that has expired or was withdrawn; that may be known here a minute later than
// where it was withdrawn.
edge::task<std::expected<std::optional<known_stream>, edge::problem>>
find_stream_by_invite(edge::context& request, streams::invite_purpose to);

} // namespace api
