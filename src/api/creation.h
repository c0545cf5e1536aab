// Making a stream for somebody, whichever address asked for it.
#pragma once

#include "api/authentication.h"
#include "api/json_body.h"
#include "edge/context.h"
#include "streams/provision.h"
#include "streams/settings.h"

#include <expected>
#include <optional>
#include <string>

namespace api {

// The member `visibility`: public where nothing is said.
streams::visibility read_visibility(json_fields& from);

// Has it made within the limits of whoever it is made by (see limits.h), and cleared away after the answer
// what did not become part of it. Fails with 429 beyond them, with 502 where the provider that it is to come
// into does not do its part, and with 503 where the store fails, or where it is to be private and this
// deployment has not the keys for that.
edge::task<std::expected<streams::provisioned_stream, edge::problem>>
make_stream(edge::context& request, streams::settings with, streams::wanted_stream wanted);

// 201 {success, stream}, as its owner sees it. Its warnings are noted for the log.
edge::response created_answer(edge::context& request, const streams::provisioned_stream& made);

// Whether the caller may make a stream for that memorial, if it is for one. Fails with 403 and 503.
edge::task<std::expected<void, edge::problem>> check_memorial(edge::context& request, const caller& user,
                                                              const std::optional<std::string>& memorial_id);

} // namespace api
