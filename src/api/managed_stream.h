// The stream that an address below /api/streams/{id} is about, for a caller who may manage it.
#pragma once

#include "api/authentication.h"
#include "api/authorization.h"
#include "api/known_stream.h"
#include "edge/context.h"
#include "streams/credentials.h"
#include "streams/settings.h"
#include "streams/stream_record.h"

#include <expected>
#include <optional>

namespace api {

struct managed_stream {
  caller user;
  stream_rights rights = stream_rights::none;
  streams::settings settings;
  streams::stream_record record;
};

enum class deleted_streams : std::uint8_t { hidden, found };

// Authenticates, finds the stream of the route's first parameter, and brings it up to date. Fails with 401,
// with the same 404 for a stream that is not there and for one that is somebody else's, and with 503. One
// that is being deleted is found only by whoever goes on with that.
edge::task<std::expected<managed_stream, edge::problem>>
find_managed_stream(edge::context& request, deleted_streams deleted = deleted_streams::hidden);

// The same, for a caller who may publish to it: fails with 403 as well, for an admin who may not.
edge::task<std::expected<managed_stream, edge::problem>> find_published_stream(edge::context& request);

// What publishes to the stream, if the caller may. Where it does not open, the record gets a warning that
// says so.
edge::task<std::optional<streams::credentials>> credentials_for_caller(edge::host& host,
                                                                       managed_stream& stream);

} // namespace api
