// Creating streams. Every address reads top to bottom: begin_creation, what is wanted, provision,
// finish_creation.
//
// With the header Idempotency-Key (IETF draft ietf-httpapi-idempotency-key-header-07), each creation is
// carried out once: the same key and body get the same answer for 24 h, credentials included; another body is
// a 422, and a request that is still running a 409. Only a success is kept: what failed may be sent again.
#pragma once

#include "api/auth/authentication.h"
#include "edge/http/context.h"
#include "json/reader.h"
#include "streams/create/idempotency.h"
#include "streams/create/provision.h"
#include "streams/model/stream_id.h"
#include "streams/settings/settings.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace api {

// A request that creates a stream. It outlives the answer, because leftovers are removed afterwards.
struct creation {
  creation(edge::context& of, caller by, json::document sent, streams::settings with)
      : request(of), user(std::move(by)), body(std::move(sent)), settings(std::move(with)),
        provisioner(of.host, settings) {}
  creation(const creation&) = delete;
  creation& operator=(const creation&) = delete;
  ~creation() = default;

  edge::context& request;
  caller user;
  json::document body;
  streams::settings settings;
  streams::provisioner provisioner;

  // With an Idempotency-Key:
  std::optional<streams::idempotent_creation> once = std::nullopt;
  std::optional<edge::response> earlier_answer = std::nullopt;
  std::optional<streams::stream_identity> identity = std::nullopt; // of the stream to make, …
  std::optional<streams::provisioned_stream> made = std::nullopt;  // … unless an earlier request made it

  [[nodiscard]] std::string stream_id() const { return identity ? identity->id : std::string{}; }
};

// Authenticates the caller, reads the body, and looks up the Idempotency-Key. Fails with the problems of
// each.
edge::task<edge::result<std::shared_ptr<creation>>> begin_creation(edge::context& request);

// Provisions the stream within the caller's rate limit, and removes leftovers after the answer. Fails with
// 429, with 502 when the ingest's provider fails, and with 503 when the store fails.
edge::task<edge::result<streams::provisioned_stream>> provision(std::shared_ptr<creation> of,
                                                                streams::wanted_stream wanted);

// Stores the answer under the Idempotency-Key, if there is one, and gives it.
edge::task<edge::result<>> finish_creation(creation& of, edge::result<> answer);

} // namespace api
