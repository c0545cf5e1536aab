// Restreaming: where else a stream is sent on to while it is live. Only Cloudflare holds the
// list. A stream key goes in and never comes out.
#include "api/auth/access.h"
#include "api/http/json_answer.h"
#include "api/http/json_body.h"
#include "api/http/problems.h"
#include "api/routes/turn.h"
#include "cloudflare/api.h"
#include "edge/retry.h"
#include "json/writer.h"
#include "streams/store/store.h"

#include <algorithm>

namespace api {

namespace {

edge::problem failed(const edge::error& cause) { return provider_failed(could_not(cause)); }

constexpr edge::problem_type too_many{.status = 409,
                                      .type = "too-many-outputs",
                                      .title = "The stream has as many outputs as it may",
                                      .detail = "A stream has at most 50 outputs. Remove one first."};

constexpr edge::problem_type no_live_input{
    .status = 409,
    .type = "no-live-input",
    .title = "The stream cannot be sent on",
    .detail = "It goes into Mux and has no live input at Cloudflare, which is what sends on."};

constexpr edge::problem_type no_such_output{.status = 404,
                                            .type = "no-such-output",
                                            .title = "There is no such output",
                                            .detail = "List the stream's outputs for their ids."};

constexpr edge::problem_type backup_output{
    .status = 409, .type = "backup-output", .title = "This output feeds the backup at Mux"};

bool is_backup(const streams::stream_record& stream, std::string_view output_id) {
  return stream.mux && stream.mux->output_id == output_id;
}

edge::result<std::string> live_input_of(const streams::stream_record& stream) {
  if (!stream.cloudflare) {
    return refuse(no_live_input);
  }
  return stream.cloudflare->live_input_id;
}

// The same for one output. Fails with 409 if it feeds the backup.
edge::result<std::string> live_input_of(const streams::stream_record& stream, std::string_view output_id) {
  if (stream.cloudflare && is_backup(stream, output_id)) {
    return refuse(backup_output.with("Switch it with PUT /api/streams/" + stream.id + "/simulcast."));
  }
  return live_input_of(stream);
}

edge::result<streams::wanted_output> read_wanted(const json::document& body) {
  json_fields fields{body};
  streams::wanted_output wanted = read_output(fields);
  return fields.check().transform([&] { return std::move(wanted); });
}

json::object output_view(const streams::stream_record& stream, const cloudflare::output& output) {
  json::object view;
  view.set("id", output.id)
      .set("url", output.url.substr(0, output.url.find('?')))
      .set("enabled", output.enabled)
      .set("backup", is_backup(stream, output.id));
  return view;
}

// Looks for the output first: an earlier try, which set `is_new`, or an earlier request may have made it.
// Nullopt if the stream has as many as it may.
edge::task<edge::outcome<std::optional<cloudflare::output>>> find_or_add(cloudflare::api& api,
                                                                         const std::string& live_input,
                                                                         const streams::wanted_output& wanted,
                                                                         bool& is_new) {
  auto outputs = co_await api.list_outputs(live_input);
  auto known = std::ranges::find_if(outputs, [&](const cloudflare::output& each) { return wanted.is(each); });
  if (known != outputs.end() && known->enabled == wanted.enabled) {
    co_return std::move(*known);
  }
  if (known != outputs.end()) {
    co_return co_await api.set_output_enabled(live_input, known->id, wanted.enabled);
  }
  if (outputs.size() >= most_outputs) {
    co_return std::nullopt;
  }
  is_new = true;
  co_return co_await api.create_output(live_input, wanted.url, wanted.stream_key, wanted.enabled);
}

} // namespace

// GET /api/streams/{id}/outputs: {outputs: [{id, url, enabled, backup}]}. `backup` marks the output that
// feeds Mux. A URL is shown without its query, which may hold a key.
edge::task<edge::result<>> list_outputs(edge::context& request) {
  const stream_access stream = co_await access::require(request, right::manage);
  const std::string live_input = co_await live_input_of(stream.record);
  edge::timestamp deadline = request.host.now() + stream_budget;
  cloudflare::api api{request.host, stream.settings.cloudflare, deadline};
  auto outputs =
      co_await attempt(edge::retry(request.host, deadline, [&] { return api.list_outputs(live_input); }));
  if (!outputs) {
    co_return refuse(failed(outputs.error()));
  }
  json::array views;
  for (const cloudflare::output& each : *outputs) {
    views.add(output_view(stream.record, each));
  }
  co_return json_answer(200, json::object().set("outputs", std::move(views)));
}

// POST /api/streams/{id}/outputs: {url, streamKey, enabled?}. Answers 201 {output}, and 200 with the same
// output for the same target again; 400 unless the target is a public server, 409 when there are 50 already
// or other requests add outputs for too long. One request at a time adds an output to a stream. A call that
// takes effect after it was repeated makes a second one, which the schedule removes minutes later.
edge::task<edge::result<>> add_output(edge::context& request) {
  const stream_access stream = co_await access::require(request, right::manage);
  const std::string live_input = co_await live_input_of(stream.record);
  json::document body = co_await read_json(request);
  streams::wanted_output wanted = co_await read_wanted(body);
  turn turn{request, "outputs", stream.record.id};
  co_await turn.take();
  edge::timestamp deadline = request.host.now() + stream_budget;
  cloudflare::api api{request.host, stream.settings.cloudflare, deadline};
  bool is_new = false;
  auto added = co_await attempt(
      edge::retry(request.host, deadline, [&] { return find_or_add(api, live_input, wanted, is_new); }));
  co_await turn.give_back();
  if (!added) {
    co_return refuse(failed(added.error()));
  }
  if (!*added) {
    co_return refuse(too_many);
  }
  const auto pending = streams::pending_change::output_of(stream.record.id, (*added)->id, request.host.now());
  if (!co_await attempt(streams::store{request.host, deadline}.work.put(pending))) {
    co_return refuse(store_unavailable);
  }
  co_return json_answer(is_new ? 201 : 200,
                        json::object().set("output", output_view(stream.record, **added)));
}

// PATCH /api/streams/{id}/outputs/{output}: {enabled}, also during a broadcast. Answers 200 {output}, 404 for
// a missing output, 409 for the backup's and when other requests change outputs for too long. One request at
// a time does, so that what was asked for last is what is retried last.
edge::task<edge::result<>> switch_output(edge::context& request) {
  const stream_access stream = co_await access::require(request, right::manage);
  const std::string live_input = co_await live_input_of(stream.record, request.parameters.back());
  json::document body = co_await read_json(request);
  json_fields fields{body};
  bool enabled = fields.required_boolean("enabled");
  co_await fields.check();
  if (!is_foreign_id(request.parameters.back())) {
    co_return refuse(no_such_output);
  }
  turn turn{request, "outputs", stream.record.id};
  co_await turn.take();
  edge::timestamp deadline = request.host.now() + stream_budget;
  cloudflare::api api{request.host, stream.settings.cloudflare, deadline};
  auto done = co_await attempt(edge::retry(request.host, deadline, [&] {
    return api.set_output_enabled(live_input, request.parameters.back(), enabled);
  }));
  co_await turn.give_back();
  if (is_not_found(done)) {
    co_return refuse(no_such_output);
  }
  if (!done) {
    co_return refuse(failed(done.error()));
  }
  co_return json_answer(200, json::object().set("output", output_view(stream.record, *done)));
}

// DELETE /api/streams/{id}/outputs/{output}: 204, also for a missing output; 409 for the backup's.
edge::task<edge::result<>> remove_output(edge::context& request) {
  const stream_access stream = co_await access::require(request, right::manage);
  const std::string live_input = co_await live_input_of(stream.record, request.parameters.back());
  if (!is_foreign_id(request.parameters.back())) {
    co_return refuse(no_such_output);
  }
  edge::timestamp deadline = request.host.now() + stream_budget;
  cloudflare::api api{request.host, stream.settings.cloudflare, deadline};
  auto done = co_await attempt(edge::retry(
      request.host, deadline, [&] { return api.delete_output(live_input, request.parameters.back()); }));
  if (!done) {
    co_return refuse(failed(done.error()));
  }
  co_return edge::response{.status = 204, .headers = {}, .body = {}};
}

} // namespace api
