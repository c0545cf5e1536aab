// What a caller may do: with a stream that is the caller's own or belongs to a memorial that admits the
// caller; with a memorial; and, for an admin, with all of them.
#pragma once

#include "api/authentication.h"
#include "edge/context.h"
#include "streams/memorial.h"
#include "streams/repository.h"
#include "streams/stream_record.h"

#include <cstdint>
#include <expected>
#include <optional>

namespace api {

enum class stream_rights : std::uint8_t {
  none,    // it is not to be told from a stream that is not there
  manage,  // an admin: everything but to publish
  publish, // its creator, and whom its memorial admits: everything, and what lets one publish
};

// Fails with 503 where the store does not answer.
edge::task<std::expected<stream_rights, edge::problem>>
rights_to(streams::repository& repository, const caller& user, const streams::stream_record& stream);

// The memorial, if it is known and admits the caller; nothing where it is not known. Fails with 403 where it
// is known and does not admit the caller, and with 503.
edge::task<std::expected<std::optional<streams::memorial>, edge::problem>>
memorial_for(streams::repository& repository, const caller& user, std::string_view memorial_id);

} // namespace api
