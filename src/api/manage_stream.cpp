#include "api/manage_stream.h"

#include "api/ask_for_work.h"
#include "api/json_answer.h"
#include "api/json_body.h"
#include "api/managed_stream.h"
#include "api/problems.h"
#include "api/stream_view.h"
#include "cloudflare/api.h"
#include "edge/retry.h"
#include "json/array.h"
#include "streams/ending.h"
#include "streams/removal.h"
#include "streams/stream_id.h"

#include <utility>
#include <vector>

namespace api {

namespace {

edge::task<edge::answer> show(edge::context& request, managed_stream& stream) {
  auto secrets = co_await credentials_for_caller(request.host, stream);
  json::object answer;
  answer.set("stream", view_of(stream.record, secrets ? &*secrets : nullptr, request.host));
  co_return json_answer(200, answer);
}

std::string whereabouts(const streams::stream_record& stream, const streams::ending& what) {
  if (what.mux && what.cloudflare) return could_not(*what.mux) + ", and " + could_not(*what.cloudflare);
  if (what.cloudflare) return could_not(*what.cloudflare) + ". The broadcast at Mux was ended";
  if (!what.mux) return {};
  if (!stream.cloudflare) return could_not(*what.mux);
  return could_not(*what.mux) + (what.waits ? ". The live input at Cloudflare will be disabled once the "
                                              "broadcast is over"
                                            : ". The live input at Cloudflare was disabled");
}

std::string whereabouts(const streams::removal& what) {
  if (what.mux && what.cloudflare) return could_not(*what.mux) + ", and " + could_not(*what.cloudflare);
  if (what.cloudflare) return could_not(*what.cloudflare) + ". At Mux nothing is left to delete";
  return what.mux ? could_not(*what.mux) + ". At Cloudflare all was deleted" : std::string{};
}

json::object view_of(const streams::stream_record& stream, const streams::removal& what) {
  json::array recordings;
  for (const streams::removed_recording& each : what.recordings)
    recordings.add(json::object().set("source", name_of(each.source)).set("id", each.id));
  json::object view;
  view.set("liveInput", stream.cloudflare ? std::optional{stream.cloudflare->live_input_id} : std::nullopt)
      .set("liveStream", stream.mux ? std::optional{stream.mux->live_stream_id} : std::nullopt)
      .set("recordings", std::move(recordings));
  return view;
}

edge::problem no_backup() {
  return {.status = 409,
          .type = "no-backup",
          .title = "The stream has no backup at Mux",
          .detail = "There is nothing to switch on or off. Its plan and its warnings say why."};
}

std::expected<bool, edge::problem> read_flag(const edge::request& request, std::string_view name) {
  auto text = request.query(name);
  if (text && *text != "true" && *text != "false")
    return std::unexpected(invalid_fields({{std::string{name}, "must be true or false"}}));
  return text == "true";
}

} // namespace

edge::task<edge::answer> rename_stream(edge::context& request) {
  managed_stream stream = co_await co_await find_managed_stream(request);
  json::document body = co_await co_await read_json(request);
  json_fields fields{body};
  std::string title = fields.required_text("title", longest_title);
  co_await fields.check();
  streams::change asked{.id = streams::make_stream_id(request.host.now(), request.host.random()),
                        .kind = streams::change_kind::renamed,
                        .at = request.host.now(),
                        .title = std::move(title)};
  auto work = co_await co_await ask_for_work(request, stream.record, {std::move(asked)});
  finish_work_later(request, stream.record, std::move(work));
  co_return co_await show(request, stream);
}

edge::task<edge::answer> end_stream(edge::context& request) {
  managed_stream stream = co_await co_await find_managed_stream(request);
  streams::ending ended;
  if (!stream.record.asked.closed()) {
    std::vector<streams::change> asked;
    if (!stream.record.asked.ended())
      asked.push_back(streams::change::only(streams::change_kind::ended, request.host.now()));
    auto work = co_await co_await ask_for_work(request, stream.record, std::move(asked));
    ended = co_await streams::end_at_providers(request.host, stream.settings, stream.record,
                                               request.host.now() + stream_budget);
    if (stream.record.asked.closed())
      finish_work_later(request, stream.record, std::move(work));
    else
      write_back_later(request, stream.record);
  }
  if (ended.mux || ended.cloudflare)
    co_return std::unexpected(
        provider_failed(whereabouts(stream.record, ended) + ". Send the same again to finish it"));
  co_return co_await show(request, stream);
}

edge::task<edge::answer> set_simulcast(edge::context& request) {
  managed_stream stream = co_await co_await find_managed_stream(request);
  json::document body = co_await co_await read_json(request);
  json_fields fields{body};
  bool enabled = fields.required_boolean("enabled");
  co_await fields.check();
  if (!stream.record.mux || !stream.record.cloudflare) co_return std::unexpected(no_backup());
  streams::change asked{.id = streams::make_stream_id(request.host.now(), request.host.random()),
                        .kind = streams::change_kind::simulcast_set,
                        .at = request.host.now(),
                        .simulcast = enabled};
  auto work = co_await co_await ask_for_work(request, stream.record, {std::move(asked)});
  edge::timestamp deadline = request.host.now() + stream_budget;
  cloudflare::api api{request.host, stream.settings.cloudflare, deadline};
  auto done = co_await edge::retry(request.host, deadline, [&] {
    return api.set_output_enabled(stream.record.cloudflare->live_input_id, stream.record.mux->output_id,
                                  enabled);
  });
  if (!done) {
    write_back_later(request, stream.record);
    co_return std::unexpected(
        provider_failed(could_not(done.error()) + ". Send the same again to finish it"));
  }
  finish_work_later(request, stream.record, std::move(work));
  co_return co_await show(request, stream);
}

edge::task<edge::answer> delete_stream(edge::context& request) {
  managed_stream stream = co_await co_await find_managed_stream(request, deleted_streams::found);
  bool with_recordings = co_await read_flag(request.request, "recordings");
  std::vector<streams::change> asked;
  if (with_recordings)
    asked.push_back(streams::change::only(streams::change_kind::recordings_deleted, request.host.now()));
  if (!stream.record.asked.deleted())
    asked.push_back(streams::change::only(streams::change_kind::deleted, request.host.now()));
  co_await co_await ask_for_work(request, stream.record, std::move(asked));
  auto removed = co_await streams::remove_stream(request.host, stream.settings, stream.record,
                                                 request.host.now() + stream_budget);
  if (!removed.done()) write_back_later(request, stream.record);
  if (removed.store) co_return std::unexpected(store_unavailable());
  if (!removed.done())
    co_return std::unexpected(provider_failed(whereabouts(removed) + ". Send the same again to finish it"));
  request.after_answering(
      [&host = request.host, record = stream.record] { return streams::remove_facts(host, record); });
  co_return json_answer(200, json::object().set("deleted", view_of(stream.record, removed)));
}

} // namespace api
