// Creations of streams, each carried out once: the header Idempotency-Key (IETF draft
// ietf-httpapi-idempotency-key-header-07).
#pragma once

#include "api/authentication.h"
#include "api/creation.h"
#include "edge/context.h"
#include "json/document.h"
#include "streams/settings.h"
#include "streams/stream_identity.h"

#include <optional>

namespace api {

// What an address that creates is given once it is its turn.
struct creation_request {
  edge::context& request;
  const caller& user;
  const json::document& body;
  const streams::settings& settings;
  std::optional<streams::stream_identity> identity; // of the stream to make; nothing: a new one
};

using creator = edge::task<edge::answer> (*)(const creation_request& asked);
// The answer of such an address for a new stream.
using teller = edge::response (*)(edge::context& request, const streams::provisioned_stream& made);

// Authenticates, reads the body, and has `make` carry it out once for each key of a user. The same key and
// body gives the same answer for 24 h, credentials included; another body is a 422; and while it is being
// carried out it is a 409. Only a success is kept: what failed may be sent again. Without a key every request
// is carried out.
edge::task<edge::answer> create_once(edge::context& request, creator make, teller tell = created_answer);

} // namespace api
