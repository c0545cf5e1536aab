// The stream of a memorial on the plan `mux`, for callers who take an existing one as well.
#include "api/auth/access.h"
#include "api/auth/limits.h"
#include "api/http/details.h"
#include "api/http/json_answer.h"
#include "api/http/json_body.h"
#include "api/http/problems.h"
#include "api/routes/create.h"
#include "streams/create/one_per_memorial.h"
#include "streams/store/credentials.h"
#include "streams/store/store.h"

namespace api {

namespace {

using streams::ingest_plan;
using streams::streaming_method;

edge::result<streams::wanted_stream> read_wanted(const creation& from) {
  json_fields fields{from.body};
  std::string memorial_id = fields.required_id("memorialId");
  streams::wanted_stream wanted{.title = fields.text("title", longest_title).value_or("Live stream"),
                                .memorial_id = std::move(memorial_id),
                                .created_by = from.user.subject,
                                .method = streaming_method::whip_browser,
                                .ingest = ingest_plan::mux,
                                .begins_with = read_details(fields, from.request.host.now())};
  return fields.check().transform([&] { return std::move(wanted); });
}

// With a relay, an address of ours in the form of Mux's, which has no WHIP: see whip.cpp.
std::string whip_endpoint(const creation& of, const streams::stream_record& stream,
                          const streams::credentials& secrets) {
  if (!of.settings.relay) {
    return std::string{secrets.whip_url.text()};
  }
  const std::string& url = of.request.request.url;
  std::string own = url.substr(0, url.find('/', url.find("://") + 3));
  return own.append("/app/").append(secrets.rtmps_key.text()).append("/whip?stream=").append(stream.id);
}

edge::response answer_for(const creation& of, const streams::stream_record& stream,
                          const streams::credentials& secrets, bool already_exists) {
  json::object body;
  body.set("streamKey", secrets.rtmps_key.text())
      .set("playbackId", stream.mux ? stream.mux->playback_id : "")
      .set("whipEndpoint", whip_endpoint(of, stream, secrets))
      .set("alreadyExists", already_exists)
      .set("streamId", stream.id);
  edge::response made = json_answer(already_exists ? 200 : 201, body);
  if (!already_exists) {
    made.headers.add("location", "/api/streams/" + stream.id);
  }
  return made;
}

edge::task<edge::result<>> existing(const creation& of, const streams::stream_record& stream) {
  const auto secrets = co_await attempt(streams::read_credentials(of.request.host, of.settings, stream));
  if (!secrets) {
    co_return refuse(credentials_unreadable(secrets.error()));
  }
  co_return answer_for(of, stream, *secrets, true);
}

edge::task<edge::result<>> find_or_make(const std::shared_ptr<creation>& of) {
  if (of->made) {
    co_return answer_for(*of, of->made->record, of->made->credentials, false);
  }
  streams::wanted_stream wanted = co_await read_wanted(*of);
  if (!of->settings.mux) {
    co_return refuse(not_configured({"MUX_TOKEN_ID", "MUX_TOKEN_SECRET"}));
  }
  edge::host& host = of->request.host;
  const std::string& subject = of->user.subject;
  streams::store store{host, host.now() + stream_budget};
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): read_wanted requires it
  const std::string memorial_id = *wanted.memorial_id;
  const streams::memorial_caller caller{.memorial_id = memorial_id,
                                        .subject = subject,
                                        .admits =
                                            co_await access::memorial_for(store, of->user, memorial_id)};
  const auto known = co_await attempt(streams::find_memorial_stream(host, caller));
  if (!known) {
    co_return refuse(store_unavailable);
  }
  if (*known) {
    co_return co_await existing(*of, **known);
  }

  streams::memorial_creation turn{host, of->settings, caller, of->request.request_id};
  auto start = co_await attempt(turn.begin(of->identity));
  if (!start) {
    co_return refuse(store_unavailable);
  }
  if (start->is == streams::memorial_creation::state::running) {
    co_return refuse(still_running);
  }
  if (start->made) {
    co_return co_await existing(*of, *start->made);
  }
  wanted.identity = std::move(start->identity);
  const bool begun_before = wanted.identity && wanted.identity->begun_before;
  const std::string id = wanted.identity ? wanted.identity->id : std::string{};
  const auto few_open = co_await attempt(check_open_streams(host, of->settings, subject, id));
  const edge::result<streams::provisioned_stream> made =
      few_open ? co_await attempt(provision(of, std::move(wanted))) : std::unexpected(few_open.error());
  if (!made) {
    co_await turn.abandon(made.error().status < 500 && !begun_before);
    co_return std::unexpected(made.error());
  }
  co_await turn.finish(made->record.id);
  co_return answer_for(*of, made->record, made->credentials, false);
}

} // namespace

// POST /api/streams/create, for any user; a known memorial must admit the user: {memorialId, title?}. Answers
// {streamKey, playbackId, whipEndpoint, alreadyExists, streamId}: 201 for a new stream, and 200 for the
// memorial's newest open stream that the caller may publish to. With leases, one of several concurrent
// callers gets the 201; see streams/create/one_per_memorial.h. Fails with 400, 403, 409 when another request
// takes too long, 429, 502 when Mux fails, and 503 when the store fails or the deployment has no Mux.
edge::task<edge::result<>> create_at_mux(edge::context& request) {
  const auto creation = co_await begin_creation(request);
  if (creation->earlier_answer) {
    co_return std::move(*creation->earlier_answer);
  }
  co_return co_await finish_creation(*creation, co_await attempt(find_or_make(creation)));
}

} // namespace api
