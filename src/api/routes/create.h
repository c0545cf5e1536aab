// Making a stream for somebody, whichever address asked for it.
#pragma once

#include "api/auth/authentication.h"
#include "api/http/json_body.h"
#include "edge/http/context.h"
#include "json/reader.h"
#include "streams/create/provision.h"
#include "streams/model/settings.h"
#include "streams/model/stream_id.h"

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
edge::task<edge::result<streams::provisioned_stream>>
make_stream(edge::context& request, streams::settings with, streams::wanted_stream wanted);

// 201 {success, stream}, as its owner sees it. Its warnings are noted for the log.
edge::response created_answer(edge::context& request, const streams::provisioned_stream& made);

// Whether the caller may make a stream for that memorial, if it is for one. Fails with 403 and 503.
edge::task<edge::result<void>> check_memorial(edge::context& request, const caller& user,
                                              const std::optional<std::string>& memorial_id);

// Creations of streams, each carried out once: the header Idempotency-Key (IETF draft
// ietf-httpapi-idempotency-key-header-07).

// What an address that creates is given once it is its turn.
struct creation_request {
  edge::context& request;
  const caller& user;
  const json::document& body;
  const streams::settings& settings;
  std::optional<streams::stream_identity> identity; // of the stream to make; nothing: a new one
};

using creator = edge::task<edge::result<>> (*)(const creation_request& asked);
// The answer of such an address for a new stream.
using teller = edge::response (*)(edge::context& request, const streams::provisioned_stream& made);

// Authenticates, reads the body, and has `make` carry it out once for each key of a user. The same key and
// body gives the same answer for 24 h, credentials included; another body is a 422; and while it is being
// carried out it is a 409. Only a success is kept: what failed may be sent again. Without a key every request
// is carried out.
edge::task<edge::result<>> create_once(edge::context& request, creator make, teller tell = created_answer);

// The general form of making a stream: how it is published to, how it comes in, and where it is sent on to.

// POST /api/streams, for any user: {title, memorialId?, streamingMethod, ingest?, enableMuxBackup?,
// visibility?, outputs?: [{url, streamKey, enabled?}]}. Answers 201 {success, stream}, 400 for a bad field or
// an ingest that this deployment does not have, 502 where the provider that it comes into fails, 503 where
// the store does. An output that could not be added is a warning of the stream.
edge::task<edge::result<>> create_stream(edge::context& request);

// The main job: one request makes a stream that a phone's browser can publish to, with a backup at Mux.

// POST /api/streams/create-whip, for any user: {title, memorialId?, enableMuxBackup?}. Answers 201 {success,
// stream}, 400 for a bad field, 502 where Cloudflare gives no live input, 503 where the store fails.
edge::task<edge::result<>> create_whip(edge::context& request);

} // namespace api
