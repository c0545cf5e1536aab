#include "api/routes/create_for_memorial.h"

#include "api/auth/access.h"
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

edge::result<streams::wanted_stream> read_wanted(const json::document& body, std::string subject) {
  json_fields fields{body};
  std::string memorial_id = fields.required_id("memorialId");
  streams::wanted_stream wanted{.title = fields.text("title", longest_title).value_or("Live stream"),
                                .memorial_id = std::move(memorial_id),
                                .created_by = std::move(subject),
                                .method = streaming_method::whip_browser,
                                .ingest = ingest_plan::mux};
  return fields.check().transform([&] { return std::move(wanted); });
}

edge::response answer(const streams::stream_record& stream, const streams::credentials& secrets,
                      bool already_exists) {
  json::object body;
  body.set("streamKey", secrets.rtmps_key.text())
      .set("playbackId", stream.mux ? stream.mux->playback_id : "")
      .set("whipEndpoint", secrets.whip_url.text())
      .set("alreadyExists", already_exists)
      .set("streamId", stream.id);
  edge::response made = json_answer(already_exists ? 200 : 201, body);
  if (!already_exists) {
    made.headers.add("location", "/api/streams/" + stream.id);
  }
  return made;
}

edge::response new_answer(edge::context& /*request*/, const streams::provisioned_stream& made) {
  return answer(made.record, made.credentials, false);
}

edge::task<edge::result<>> answer_of(const creation_request& asked, const streams::stream_record& stream) {
  auto secrets = co_await attempt(streams::read_credentials(asked.request.host, asked.settings, stream));
  if (!secrets) {
    co_return std::unexpected(credentials_unreadable(secrets.error()));
  }
  co_return answer(stream, *secrets, true);
}

edge::task<edge::result<streams::memorial_caller>> caller_of(const creation_request& asked,
                                                             std::string memorial_id) {
  streams::store store{asked.request.host, asked.request.host.now() + stream_budget};
  auto memorial = co_await access::memorial_for(store, asked.user, memorial_id);
  bool admitted = memorial && memorial->admits(asked.user.subject);
  co_return streams::memorial_caller{
      .memorial_id = std::move(memorial_id), .subject = asked.user.subject, .admitted = admitted};
}

edge::task<edge::result<>> make(const creation_request& asked, streams::wanted_stream wanted,
                                streams::memorial_turn turn) {
  auto standing = co_await attempt(turn.take(asked.identity));
  if (!standing) {
    co_return std::unexpected(store_unavailable());
  }
  if (standing->is == streams::memorial_turn::state::theirs) {
    co_return std::unexpected(still_running());
  }
  if (standing->made) {
    co_return co_await answer_of(asked, *standing->made);
  }

  bool begun_before = standing->identity && standing->identity->begun_before;
  wanted.identity = std::move(standing->identity);
  auto made = co_await attempt(make_stream(asked.request, asked.settings, std::move(wanted)));
  if (!made) {
    co_await turn.give_up(made.error().status < 500 && !begun_before);
    co_return std::unexpected(made.error());
  }
  co_await attempt(turn.finish(made->record.id));
  co_return new_answer(asked.request, *made);
}

edge::task<edge::result<>> create(const creation_request& asked) {
  streams::wanted_stream wanted = co_await read_wanted(asked.body, asked.user.subject);
  if (!asked.settings.mux) {
    co_return std::unexpected(not_configured({"MUX_TOKEN_ID", "MUX_TOKEN_SECRET"}));
  }
  edge::host& host = asked.request.host;
  auto caller = co_await caller_of(asked, wanted.memorial_id.value_or(""));
  auto known = co_await attempt(streams::find_memorial_stream(host, caller));
  if (!known) {
    co_return std::unexpected(store_unavailable());
  }
  if (*known) {
    co_return co_await answer_of(asked, **known);
  }
  co_return co_await make(asked, std::move(wanted),
                          streams::memorial_turn{host, asked.settings, caller, asked.request.request_id});
}

} // namespace

edge::task<edge::result<>> create_at_mux(edge::context& request) {
  return create_once(request, create, new_answer);
}

} // namespace api
