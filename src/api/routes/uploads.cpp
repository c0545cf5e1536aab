// Uploads of what a phone recorded itself: addresses at Cloudflare that work once, and what became of them.
#include "api/auth/access.h"
#include "api/http/json_answer.h"
#include "api/http/json_body.h"
#include "api/http/problems.h"
#include "api/routes/change.h"
#include "api/routes/turn.h"
#include "cloudflare/api.h"
#include "streams/manage/refresh.h"
#include "streams/model/stream_id.h"
#include "streams/publish/upload.h"
#include "streams/store/due.h"

#include <algorithm>
#include <utility>

namespace api {

namespace {

using streams::transfer;
using streams::transfer_state;

// Cloudflare's limit for one video.
constexpr std::int64_t most_upload_bytes = 29'999'999'999;
constexpr std::int64_t most_parts = 1000;
constexpr std::ptrdiff_t most_of_a_stream = 300;

constexpr edge::problem_type too_many_uploads{
    .status = 409,
    .type = "too-many-uploads",
    .title = "The stream has too many uploads",
    .detail = "300 were begun. Join the parts on the phone, or make a new stream."};

constexpr edge::problem_type recording_deleted{.status = 410,
                                               .type = "recording-deleted",
                                               .title = "The recording of that broadcast was deleted",
                                               .detail = "Keep the file on the phone, or delete it there."};

constexpr edge::problem_type no_such_upload{.status = 404,
                                            .type = "no-such-upload",
                                            .title = "There is no such upload",
                                            .detail = "Ask for an address to upload to first."};

edge::result<streams::wanted_upload> read_wanted(const json::document& body, const edge::context& request,
                                                 const streams::stream_record& stream) {
  json_fields fields{body};
  const auto size = fields.integer("size", 1, most_upload_bytes);
  const auto duration = fields.seconds("duration", streams::longest_upload);
  const auto started_at = edge::parse_timestamp(fields.required_text("startedAt", 40));
  const auto parts = fields.integer("parts", 1, most_parts).value_or(1);
  const auto part = fields.integer("part", 1, parts).value_or(1);
  const std::string type = fields.required_text("type", 100);
  if (!size) {
    fields.must("size", "be the bytes of the file");
  }
  if (!started_at) {
    fields.must("startedAt", "be a time such as 2026-11-29T10:00:00Z");
  }
  if (!type.starts_with("video/")) {
    fields.must("type", "be a type of video, such as video/mp4");
  }
  return fields.check().transform([&] {
    const edge::timestamp now = request.host.now();
    // A phone's clock may be wrong.
    const bool is_likely = *started_at >= stream.created_at && *started_at <= now;
    return streams::wanted_upload{.name = {},
                                  .size = *size,
                                  .duration = *duration,
                                  .started_at = is_likely ? *started_at : now - *duration,
                                  .part = part,
                                  .parts = parts};
  });
}

edge::result<std::string> upload_key_of(const edge::request& request) {
  const auto key = request.headers.find("idempotency-key");
  const auto is_printable = [](char each) { return each >= ' ' && each <= '~'; };
  if (!key || key->empty() || key->size() > 255 || !std::ranges::all_of(*key, is_printable)) {
    return refuse(invalid_fields({{"Idempotency-Key", "must be 1 to 255 printable characters"}}));
  }
  return std::string{*key};
}

// Whether the owner has deleted what was recorded then: at Cloudflare, where uploads go, or wherever it was.
// Clocks differ, so the middle of the file counts.
bool was_deleted(const streams::broadcast_state& state, const streams::wanted_upload& wanted) {
  const edge::timestamp middle = wanted.started_at + wanted.duration / 2;
  bool is_deleted = false;
  bool is_kept = false;
  for (const streams::recording& each : state.recordings()) {
    if (each.origin == streams::recording_origin::clip || middle < each.begun ||
        middle > each.known_until()) {
      continue;
    }
    if (each.removed && each.source == streams::recording_source::cloudflare) {
      return true;
    }
    (each.removed ? is_deleted : is_kept) = true;
  }
  return is_deleted && !is_kept;
}

edge::task<edge::result<>> answer_with_address(edge::context& request, stream_access& stream,
                                               const streams::wanted_upload& wanted) {
  const edge::timestamp deadline = request.host.now() + stream_budget;
  // A request that began before a deletion may have stored the stream after it, without the deletion.
  streams::store store{request.host, deadline};
  co_await streams::fold_facts(store, stream.record);
  if (std::ranges::count(stream.record.broadcasts.transfers().all(), streams::recording_origin::phone,
                         [](const auto& each) { return each.value().origin; }) >= most_of_a_stream) {
    co_return refuse(too_many_uploads);
  }
  if (was_deleted(stream.record.broadcasts, wanted)) {
    co_return refuse(recording_deleted);
  }
  auto made =
      co_await attempt(streams::mint_upload(request.host, stream.settings, stream.record, wanted, deadline));
  if (!made) {
    co_return made.error().kind == edge::error_kind::not_opened
        ? refuse(store_unavailable)
        : refuse(provider_failed(could_not(made.error())));
  }
  // An earlier request may have died in between.
  if (!stream.record.broadcasts.transfers().find(made->what.to, wanted.name)) {
    co_await begin_change(request, stream.record, {streams::change::of(made->what, request.host.now())});
  }
  co_return json_answer(made->is_new ? 201 : 200,
                        json::object()
                            .set("url", made->address.url.text())
                            .set("videoUid", made->address.video_id)
                            .set("expiresAt", edge::format_timestamp(made->expires_at)));
}

std::optional<transfer> find(const streams::stream_record& in, std::string_view video_id) {
  for (const auto& each : in.broadcasts.transfers().all()) {
    if (each.value().id == video_id && each.value().origin == streams::recording_origin::phone) {
      return each.value();
    }
  }
  return std::nullopt;
}

json::object view_of(const transfer& of) {
  const bool is_gone = of.state == transfer_state::gone;
  json::object view;
  view.set("state", name_of(is_gone ? transfer_state::failed : of.state));
  if (is_gone) {
    view.set("reason", "Its address expired before the whole file arrived, or the recording was deleted. Ask "
                       "for a new address with a new Idempotency-Key.");
  } else if (of.state == transfer_state::failed) {
    view.set("reason", describe_failure(of));
  }
  return view;
}

} // namespace

// POST /api/streams/{id}/uploads with an Idempotency-Key, for owners and bearers of an invite to publish:
// {size, duration, startedAt, part?, parts?, type}. Answers 201 {url, videoUid, expiresAt}: an address for
// one upload by tus, straight to Cloudflare; 200 with the same for the same request again. 410 for what its
// owner has deleted.
edge::task<edge::result<>> create_upload(edge::context& request) {
  stream_access stream = co_await access::require(request, right::publish);
  const std::string key = co_await upload_key_of(request.request);
  const std::string text = co_await edge::read_body(request, body_limit);
  const json::document body = co_await parse_json(request.request, text);
  streams::wanted_upload wanted = co_await read_wanted(body, request, stream.record);
  wanted.name = streams::digest_of_parts({stream.record.id, key, text});
  turn turn{request, "uploads", stream.record.id};
  co_await turn.take();
  auto answer = co_await attempt(answer_with_address(request, stream, wanted));
  co_await turn.give_back();
  co_return answer;
}

// GET /api/streams/{id}/uploads/{video}, likewise: {state, reason?}: uploading, processing, ready or failed,
// as Cloudflare says now.
edge::task<edge::result<>> get_upload(edge::context& request) {
  stream_access stream = co_await access::require(request, right::publish);
  const std::string& id = request.parameters.back();
  auto known = find(stream.record, id);
  if (!known) {
    streams::store store{request.host, request.host.now() + stream_budget};
    co_await streams::fold_facts(store, stream.record);
    known = find(stream.record, id);
  }
  if (!known) {
    co_return refuse(no_such_upload);
  }
  const streams::recording* made = stream.record.broadcasts.find(id);
  if (made && made->removed) {
    // It arrived. The phone is not to send it again.
    known->state = transfer_state::ready;
  }
  if (known->is_over()) {
    co_return json_answer(200, view_of(*known));
  }
  cloudflare::api api{request.host, stream.settings.cloudflare, request.host.now() + stream_budget};
  const auto said = co_await attempt(api.get_made_video(id));
  if (!said && !is_not_found(said)) {
    co_return refuse(provider_failed(could_not(said.error())));
  }
  const transfer_state before = known->state;
  if (said) {
    learn(*known, *said, request.host.now());
  } else {
    known->state = transfer_state::gone;
  }
  if (known->state != before) {
    co_await begin_change(request, stream.record, {streams::change::of(*known, request.host.now())});
    // The other provider may copy it now.
    if (known->is_over()) {
      (void)co_await attempt(
          set_due(request.host, stream.record.id, streams::due::copies, request.host.now()));
    }
  }
  co_return json_answer(200, view_of(*known));
}

} // namespace api
