#include "api/create_at_mux.h"

#include "api/authorization.h"
#include "api/create_once.h"
#include "api/creation.h"
#include "api/json_answer.h"
#include "api/json_body.h"
#include "api/known_stream.h"
#include "api/problems.h"
#include "streams/kept_credentials.h"
#include "streams/refresh.h"
#include "streams/repository.h"

namespace api {

namespace {

using streams::ingest_plan;
using streams::streaming_method;

constexpr std::uint32_t page_size = 100;

std::expected<streams::wanted_stream, edge::problem> read_wanted(const json::document& body,
                                                                 std::string subject) {
  json_fields fields{body};
  std::string memorial_id = fields.required_id("memorialId");
  streams::wanted_stream wanted{.title = fields.text("title", longest_title).value_or("Live stream"),
                                .memorial_id = std::move(memorial_id),
                                .created_by = std::move(subject),
                                .method = streaming_method::whip_browser,
                                .ingest = ingest_plan::mux};
  return fields.check().transform([&] { return std::move(wanted); });
}

bool is_open(const streams::stream_record& stream) {
  return stream.ingest == ingest_plan::mux && stream.method == streaming_method::whip_browser &&
         !stream.asked.ended() && !stream.asked.deleted();
}

using found = std::expected<std::optional<streams::stream_record>, edge::error>;

// A list's records know of the changes that were folded into them; whether it ended since, its facts say.
edge::task<found> read_if_open(streams::repository& from, std::string stream_id) {
  auto stream = co_await co_await from.get(stream_id);
  if (stream) (void)co_await streams::take_in_facts(from, *stream);
  if (stream && !is_open(*stream)) stream.reset();
  co_return stream;
}

// The newest that somebody made whose streams the caller may publish to.
edge::task<found> find_open(streams::repository& from, std::string memorial_id, const caller& user,
                            bool admitted) {
  std::string cursor;
  do {
    auto page = co_await co_await from.list_of_memorial(memorial_id, cursor, page_size);
    for (const streams::stream_record& each : page.streams) {
      if (!is_open(each) || (!admitted && each.created_by != user.subject)) continue;
      auto stream = co_await co_await read_if_open(from, each.id);
      if (stream) co_return stream;
    }
    cursor = std::move(page.cursor);
  } while (!cursor.empty());
  co_return std::nullopt;
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
  if (!already_exists) made.headers.add("location", "/api/streams/" + stream.id);
  return made;
}

edge::response new_answer(edge::context& /*request*/, const streams::provisioned_stream& made) {
  return answer(made.record, made.credentials, false);
}

edge::task<edge::answer> create(const creation_request& asked) {
  streams::wanted_stream wanted = co_await read_wanted(asked.body, asked.user.subject);
  if (!asked.settings.mux) co_return std::unexpected(not_configured({"MUX_TOKEN_ID", "MUX_TOKEN_SECRET"}));
  wanted.identity = asked.identity;

  edge::host& host = asked.request.host;
  streams::repository repository{host, host.now() + stream_budget};
  std::string memorial_id = wanted.memorial_id.value_or("");
  auto memorial = co_await co_await memorial_for(repository, asked.user, memorial_id);
  bool admitted = memorial && memorial->admits(asked.user.subject);
  auto known = co_await find_open(repository, memorial_id, asked.user, admitted);
  if (!known) co_return std::unexpected(store_unavailable());
  if (*known) {
    auto secrets = co_await streams::read_credentials(host, asked.settings, **known);
    if (!secrets) co_return std::unexpected(credentials_unreadable(secrets.error()));
    co_return answer(**known, *secrets, true);
  }
  auto made = co_await co_await make_stream(asked.request, asked.settings, std::move(wanted));
  co_return new_answer(asked.request, made);
}

} // namespace

edge::task<edge::answer> create_at_mux(edge::context& request) {
  return create_once(request, create, new_answer);
}

} // namespace api
