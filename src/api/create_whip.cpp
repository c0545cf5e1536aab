#include "api/create_whip.h"

#include "api/create_once.h"
#include "api/creation.h"
#include "api/json_body.h"

namespace api {

namespace {

std::expected<streams::wanted_stream, edge::problem> read_wanted(const json::document& body,
                                                                 std::string subject, bool has_relay) {
  json_fields fields{body};
  streams::wanted_stream wanted{.title = fields.required_text("title", longest_title),
                                .memorial_id = fields.id("memorialId"),
                                .backup = fields.boolean("enableMuxBackup").value_or(true),
                                .created_by = std::move(subject),
                                .ingest = best_plan(streams::streaming_method::whip_browser, has_relay),
                                .visibility = read_visibility(fields)};
  return fields.check().transform([&] { return std::move(wanted); });
}

edge::task<edge::answer> create(const creation_request& asked) {
  bool has_relay = streams::relay_settings::read(asked.request.host.settings()).has_value();
  streams::wanted_stream wanted = co_await read_wanted(asked.body, asked.user.subject, has_relay);
  wanted.identity = asked.identity;
  co_await co_await check_memorial(asked.request, asked.user, wanted.memorial_id);
  auto made = co_await co_await make_stream(asked.request, asked.settings, std::move(wanted));
  co_return created_answer(asked.request, made);
}

} // namespace

edge::task<edge::answer> create_whip(edge::context& request) { return create_once(request, create); }

} // namespace api
