// What a relay from WHIP to RTMPS asks: where a broadcast goes, and who may send it.
#include "streams/publish/relay.h"

#include "api/auth/access.h"
#include "api/auth/authentication.h"
#include "api/http/json_answer.h"
#include "api/http/json_body.h"
#include "api/http/problems.h"
#include "streams/model/stream_id.h"
#include "streams/store/credentials.h"
#include "streams/store/store.h"

namespace api {

namespace {

using streams::relay_scope;

constexpr edge::problem_type relay_not_admitted{
    .status = 401,
    .type = "relay-not-admitted",
    .title = "This is not our relay",
    .detail = "Send RELAY_CREDENTIAL, as it is set here too, in the header Authorization: Bearer.",
    .header = {"www-authenticate", "Bearer"}};

// Only MediaMTX sees it.
constexpr edge::problem_type not_admitted_to_stream{
    .status = 401,
    .type = "relay-token-refused",
    .title = "The token does not admit to this stream",
    .detail = "It has expired, or is for another stream or use. Ask for a new one."};

std::optional<relay_scope> scope_of(std::string_view action) {
  if (action == "publish") {
    return relay_scope::publish;
  }
  if (action == "read") {
    return relay_scope::watch;
  }
  return std::nullopt;
}

bool uses_relay(const streams::stream_record& stream) { return needs_relay(stream.method, stream.ingest); }

bool is_open(const streams::stream_record& stream, relay_scope scope, edge::timestamp issued) {
  if (!uses_relay(stream) || stream.desired.deleted()) {
    return false;
  }
  return scope == relay_scope::watch || (!stream.desired.ended() && !stream.desired.cut_off_since(issued));
}

} // namespace

// GET /api/relay/streams/{id}/destination, for the relay, whose bearer is RELAY_CREDENTIAL: {url, streamKey}
// of the stream's live input, or of its live stream on the plan mux. Fails with 401, also in a deployment
// without a relay, with 404 for a missing stream or one that does not use the relay, with 409 for an ended
// stream, with 502 and 503.
edge::task<edge::result<>> get_destination(edge::context& request) {
  streams::settings settings = co_await settings_of(request);
  if (!settings.relay || !settings.relay->credential.matches(bearer_of(request.request).value_or(""))) {
    co_return refuse(relay_not_admitted);
  }
  const stream_access stream =
      co_await access::load(request, std::move(settings), request.parameters.front());
  if (!uses_relay(stream.record)) {
    co_return refuse(no_such_stream);
  }
  if (stream.record.desired.ended()) {
    co_return refuse(stream_has_ended);
  }
  auto secrets = co_await attempt(streams::read_credentials(request.host, stream.settings, stream.record));
  if (!secrets) {
    co_return refuse(credentials_unreadable(secrets.error()));
  }
  co_return json_answer(
      200, json::object().set("url", secrets->rtmps_url).set("streamKey", secrets->rtmps_key.text()));
}

// POST /api/relay/authorize, as MediaMTX sends it (external authentication by HTTP): {action, path, token,
// password, …}. The stream's id is the last part of the path: "whip/{id}" or "{id}". 204 if the token, or
// else the password, lets its bearer publish to the stream ("publish") or watch it ("read"). Otherwise 401;
// 503 if that cannot be decided.
edge::task<edge::result<>> authorize_relay(edge::context& request) {
  streams::settings settings = co_await settings_of(request);
  if (!settings.relay) {
    co_return std::unexpected(no_relay());
  }
  json::document body = co_await read_json(request);
  auto text = [&](std::string_view name) { return body.root()[name].text().value_or(""); };
  auto scope = scope_of(text("action"));
  std::string_view path = text("path");
  std::string id{path.substr(path.starts_with("whip/") ? 5 : 0)};
  std::string_view token = text("token").empty() ? text("password") : text("token");
  const auto issued = scope && streams::is_stream_id(id)
                          ? admits(*settings.relay, token, id, *scope, request.host.now())
                          : std::nullopt;
  if (!issued) {
    co_return refuse(not_admitted_to_stream);
  }
  const auto stream = co_await attempt(access::load(request, std::move(settings), id));
  if (!stream && stream.error().status != 404) {
    co_return std::unexpected(stream.error());
  }
  if (!stream || !is_open(stream->record, *scope, *issued)) {
    co_return refuse(not_admitted_to_stream);
  }
  co_return edge::response{.status = 204, .headers = {}, .body = {}};
}

} // namespace api
