#include "api/manage_stream.h"

#include "api/json_answer.h"
#include "api/json_body.h"
#include "api/managed_stream.h"
#include "api/problems.h"
#include "api/stream_view.h"
#include "streams/refresh.h"
#include "streams/repository.h"
#include "streams/stream_id.h"

namespace api {

namespace {

// Stores what was asked for before it is done, so that it is done even if this request does not live to.
edge::task<std::expected<void, edge::problem>> ask(edge::context& request, streams::stream_record& record,
                                                   streams::change asked) {
  streams::repository repository{request.host, request.host.now() + stream_budget};
  asked.id = streams::make_stream_id(request.host.now(), request.host.random());
  asked.at = request.host.now();
  auto stored = co_await repository.put_change(record.id, asked);
  if (!stored) co_return std::unexpected(store_unavailable());
  record.asked.fold(asked);
  request.after_answering([&host = request.host, record] { return streams::write_back(host, record); });
  co_return {};
}

} // namespace

edge::task<edge::answer> rename_stream(edge::context& request) {
  managed_stream stream = co_await co_await find_managed_stream(request);
  json::document body = co_await co_await read_json(request);
  json_fields fields{body};
  std::string title = fields.required_text("title", longest_title);
  co_await fields.check();
  co_await co_await ask(
      request, stream.record,
      {.id = {}, .kind = streams::change_kind::renamed, .at = {}, .title = std::move(title)});
  auto secrets = co_await credentials_for_caller(request.host, stream);
  json::object answer;
  answer.set("stream", view_of(stream.record, secrets ? &*secrets : nullptr, request.host));
  co_return json_answer(200, answer);
}

} // namespace api
