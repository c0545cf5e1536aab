// Streams as resources: read, change, end, switch the backup, delete.
#include "api/auth/access.h"
#include "api/auth/authentication.h"
#include "api/http/details.h"
#include "api/http/json_answer.h"
#include "api/http/json_body.h"
#include "api/http/problems.h"
#include "api/routes/change.h"
#include "cloudflare/api.h"
#include "edge/retry.h"
#include "json/writer.h"
#include "streams/manage/delete_stream.h"
#include "streams/manage/end_stream.h"
#include "streams/manage/refresh.h"
#include "streams/manage/set_visibility.h"
#include "streams/model/stream_id.h"
#include "streams/store/credentials.h"
#include "streams/store/store.h"
#include "streams/watch/room.h"
#include "streams/watch/signed_playback.h"
#include "streams/watch/stream_view.h"

#include <utility>
#include <vector>

namespace api {

namespace {

// With credentials for an owner. Without them, a warning says why they cannot be read.
edge::task<json::object> view_for_caller(edge::host& host, stream_access& stream) {
  if (!stream.owned) {
    co_return view_of(stream.record, host);
  }
  const auto opened = co_await attempt(streams::read_credentials(host, stream.settings, stream.record));
  if (!opened) {
    stream.record.warnings.push_back(
        {.code = "credentials_unavailable",
         .detail = opened.error().kind == edge::error_kind::not_opened
                       ? "The publish address cannot be read with this deployment's keys."
                       : "The publish address was replaced, and cannot be read from Cloudflare now."});
    co_return view_of(stream.record, host);
  }
  co_return view_of(stream.record, host,
                    publishing_of(stream.record, *opened, stream.settings.relay, host.now()));
}

edge::task<edge::result<>> show(edge::context& request, stream_access& stream) {
  json::object view = co_await view_for_caller(request.host, stream);
  co_return json_answer(200, json::object().set("stream", std::move(view)));
}

std::string whereabouts(const streams::delete_stream_result& what) {
  if (what.mux && what.cloudflare) {
    return could_not(*what.mux) + ", and " + could_not(*what.cloudflare);
  }
  if (what.cloudflare) {
    return could_not(*what.cloudflare) + (what.left_at_mux ? "" : ". At Mux nothing is left to delete");
  }
  if (what.mux) {
    return could_not(*what.mux) + ". At Cloudflare all was deleted";
  }
  return what.livekit ? could_not(*what.livekit) : std::string{};
}

json::object deletion_view(const streams::stream_record& stream, const streams::delete_stream_result& what) {
  json::array recordings;
  for (const streams::deleted_recording& each : what.recordings) {
    recordings.add(json::object().set("source", name_of(each.source)).set("id", each.id));
  }
  json::object view;
  json::array warnings;
  if (what.left_at_mux) {
    warnings.add(json::object()
                     .set("code", "left_at_mux")
                     .set("detail", "Left at Mux: the live stream and its recordings. This deployment has no "
                                    "Mux credentials any more."));
  }
  view.set("liveInput", stream.cloudflare ? std::optional{stream.cloudflare->live_input_id} : std::nullopt)
      .set("liveStream", stream.mux ? std::optional{stream.mux->live_stream_id} : std::nullopt)
      .set("recordings", std::move(recordings))
      .set("warnings", std::move(warnings));
  return view;
}

constexpr edge::problem_type no_backup{
    .status = 409,
    .type = "no-backup",
    .title = "The stream has no backup at Mux",
    .detail = "There is nothing to switch on or off. Its plan and its warnings say why."};

constexpr edge::problem_type stream_is_live{
    .status = 409,
    .type = "stream-is-live",
    .title = "The stream is live",
    .detail = "Who may watch it cannot be changed during a broadcast. Ask again when it is over."};

constexpr edge::problem_type visibility_fixed{
    .status = 409,
    .type = "visibility-fixed",
    .title = "Mux keeps the visibility that the stream was created with",
    .detail = "End the stream first: then the visibility of its recordings can be changed. For another "
              "broadcast, create a stream."};

edge::result<void> check_visibility(const edge::context& request, const stream_access& stream,
                                    streams::visibility wanted) {
  if (stream.record.status(request.host.now()) == streams::stream_status::live) {
    return refuse(stream_is_live);
  }
  if (!streams::can_change_visibility(stream.record, stream.settings)) {
    return refuse(visibility_fixed);
  }
  if (wanted == streams::visibility::private_stream) {
    const auto keys = streams::playback_keys::read(request.host.settings()).transform_error(not_configured);
    if (!keys) {
      return std::unexpected(keys.error());
    }
  }
  return {};
}

edge::result<bool> read_flag(const edge::request& request, std::string_view name) {
  auto text = request.query(name);
  if (text && *text != "true" && *text != "false") {
    return refuse(invalid_fields({{std::string{name}, "must be true or false"}}));
  }
  return text == "true";
}

} // namespace

// GET /api/streams/{id}, for owners and admins. Owners see its credentials.
edge::task<edge::result<>> get_stream(edge::context& request) {
  stream_access stream = co_await access::require(request, right::manage);
  co_return tagged_json_answer(request.request, co_await view_for_caller(request.host, stream));
}

// PATCH /api/streams/{id}: {title?, visibility?, viewersMayDownload?}, and what read_details reads. Answers
// 200 {stream}. A change of visibility is a 409 while the stream is live, and before it has ended if it has a
// live stream at Mux; 502 when a provider fails, and the same request again finishes it.
edge::task<edge::result<>> change_stream(edge::context& request) {
  stream_access stream = co_await access::require(request, right::manage);
  json::document body = co_await read_json(request);
  json_fields fields{body};
  auto title = fields.text("title", longest_title);
  const auto visibility = streams::visibility_named(fields.word("visibility", {"public", "private"}));
  const auto downloads = fields.boolean("viewersMayDownload");
  const edge::timestamp now = request.host.now();
  std::vector<streams::change> asked = read_details(fields, now);
  co_await fields.check();
  if (!title && !visibility && !downloads && asked.empty()) {
    co_return refuse(invalid_fields({{"title", "must be given, or another field"}}));
  }
  const auto ask = [&asked](streams::change_kind kind) -> streams::change& {
    return asked.emplace_back(streams::change{.id = {}, .kind = kind, .at = {}});
  };
  if (title) {
    ask(streams::change_kind::renamed).title = *std::move(title);
  }
  if (downloads && *downloads != stream.record.desired.downloads()) {
    ask(streams::change_kind::downloads_set).downloads = *downloads;
  }
  const bool is_new = visibility && visibility != stream.record.current_visibility();
  if (is_new) {
    co_await check_visibility(request, stream, *visibility);
    ask(streams::change_kind::visibility_set).is_private = *visibility == streams::visibility::private_stream;
  }
  // Those who watch must ask again, before the room tells addresses with tokens, and after: some may be back.
  const bool hides = is_new && *visibility == streams::visibility::private_stream;
  const std::string_view viewers = name_of(streams::room_role::viewer);
  if (hides) {
    co_await streams::send_away(request.host, stream.record.id, viewers);
  }
  const std::string id = streams::make_stream_id(now, request.host.random());
  for (streams::change& each : asked) {
    each.id = id + std::string{name_of(each.kind)};
    each.at = now;
  }
  if (!asked.empty()) {
    co_await begin_change(request, stream.record, std::move(asked));
  }
  if (hides) {
    co_await streams::send_away(request.host, stream.record.id, viewers);
  }
  // Asking again finishes what failed.
  if (is_new || (visibility && stream.record.desired.is_private())) {
    const auto done = co_await attempt(
        streams::apply_visibility(request.host, stream.settings, stream.record, now + stream_budget));
    if (!done) {
      co_return refuse(provider_failed(could_not(done.error()) + ". Send the same again to finish it"));
    }
    request.after_answering([&host = request.host, id = stream.record.id, news = stream.record.broadcasts] {
      return streams::refresh(host, id, news);
    });
  }
  co_return co_await show(request, stream);
}

// POST /api/streams/{id}/end: ends the stream for good and for everybody, at once. Answers 200 {stream} with
// endedAt; 502 names what failed: the stream has ended all the same, and the same request again finishes it.
edge::task<edge::result<>> end_stream(edge::context& request) {
  stream_access stream = co_await access::require(request, right::manage);
  if (!stream.record.desired.closed()) {
    std::vector<streams::change> asked;
    if (!stream.record.desired.ended()) {
      asked.push_back(streams::change::only(streams::change_kind::ended, request.host.now()));
    }
    co_await begin_change(request, stream.record, std::move(asked));
    const auto done = co_await attempt(streams::end_stream(request.host, stream.settings, stream.record,
                                                           request.host.now() + stream_budget));
    if (!done) {
      co_return refuse(provider_failed(could_not(done.error()) + ". Send the same again to finish it"));
    }
    request.after_answering(
        [&host = request.host, id = stream.record.id] { return streams::refresh(host, id, {}); });
  }
  co_return co_await show(request, stream);
}

// PUT /api/streams/{id}/simulcast: {enabled}: whether the broadcast is sent on to the backup at Mux, also
// while it is live. Answers 200 {stream}, 409 without a backup, 502 when Cloudflare fails.
edge::task<edge::result<>> set_simulcast(edge::context& request) {
  stream_access stream = co_await access::require(request, right::manage);
  json::document body = co_await read_json(request);
  json_fields fields{body};
  bool enabled = fields.required_boolean("enabled");
  co_await fields.check();
  if (!stream.record.mux || !stream.record.cloudflare) {
    co_return refuse(no_backup);
  }
  streams::change asked{.id = streams::make_stream_id(request.host.now(), request.host.random()),
                        .kind = streams::change_kind::simulcast_set,
                        .at = request.host.now(),
                        .simulcast = enabled};
  // The change stays pending: of several requests at once, the last call at Cloudflare may be another's. The
  // schedule compares what is asked for with what is there once all of them are over.
  co_await begin_change(request, stream.record, {std::move(asked)});
  edge::timestamp deadline = request.host.now() + stream_budget;
  cloudflare::api api{request.host, stream.settings.cloudflare, deadline};
  auto done = co_await attempt(edge::retry(request.host, deadline, [&] {
    return api.set_output_enabled(stream.record.cloudflare->live_input_id, stream.record.mux->output_id,
                                  stream.record.forwards_to_mux());
  }));
  if (!done) {
    co_return refuse(provider_failed(could_not(done.error()) + ". Send the same again to finish it"));
  }
  co_return co_await show(request, stream);
}

// DELETE /api/streams/{id}?recordings=true: deletes the stream's objects at both providers, with recordings
// only if asked to, and the record. Answers 200 {deleted: {liveInput, liveStream, recordings [{source,
// id}]}}. From the first such request on, the stream is a 404 for everything else; 502 or 503 when something
// is left, and the same request again finishes it.
edge::task<edge::result<>> delete_stream(edge::context& request) {
  stream_access stream = co_await access::require(request, right::remove);
  bool with_recordings = co_await read_flag(request.request, "recordings");
  std::vector<streams::change> asked;
  if (with_recordings) {
    asked.push_back(streams::change::only(streams::change_kind::recordings_deleted, request.host.now()));
  }
  if (!stream.record.desired.deleted()) {
    asked.push_back(streams::change::only(streams::change_kind::deleted, request.host.now()));
  }
  co_await begin_change(request, stream.record, std::move(asked));
  auto removed = co_await streams::delete_stream(request.host, stream.settings, stream.record,
                                                 request.host.now() + stream_budget);
  if (removed.store) {
    co_return refuse(store_unavailable);
  }
  if (removed.failure()) {
    co_return refuse(provider_failed(whereabouts(removed) + ". Send the same again to finish it"));
  }
  request.after_answering(
      [&host = request.host, record = stream.record] { return streams::remove_facts(host, record); });
  co_return json_answer(200, json::object().set("deleted", deletion_view(stream.record, removed)));
}

} // namespace api
