// A part of a recording as another recording: without what comes before the beginning and after the end.
#include "api/auth/access.h"
#include "api/http/json_answer.h"
#include "api/http/json_body.h"
#include "api/http/problems.h"
#include "api/routes/change.h"
#include "api/routes/recordings.h"
#include "json/number.h"
#include "streams/model/stream_id.h"
#include "streams/store/due.h"

#include <algorithm>
#include <chrono>

namespace api {

namespace {

using std::chrono::seconds;
using streams::recording;
using streams::recording_source;
using streams::transfer;

constexpr std::int64_t longest_recording = std::chrono::seconds{std::chrono::hours{12}}.count();
constexpr std::ptrdiff_t most_clips = 100;

constexpr edge::problem_type too_many_clips{
    .status = 409,
    .type = "too-many-clips",
    .title = "The stream has too many trimmed recordings",
    .detail = "100 were begun. Trim the recordings of another stream, or download this one and cut it."};

// Both providers take whole seconds. Mux needs no end for what lasts to its end.
edge::result<transfer> read_clip(const json::document& body, const recording& of, edge::timestamp now) {
  json_fields fields{body};
  const auto from = fields.integer("startSeconds", 0, longest_recording);
  const auto to = fields.integer("endSeconds", 0, longest_recording);
  const edge::milliseconds whole = of.duration.value();
  const auto last = std::chrono::ceil<seconds>(whole);
  const bool is_at_mux = of.source == recording_source::mux;
  seconds end{to.value_or(0)};
  if (!from) {
    fields.must("startSeconds", "be where it begins, in seconds");
  }
  if (!to || end > last) {
    fields.must("endSeconds",
                "be at most " + json::decimal(last.count()) + ", where the recording ends, in seconds");
  }
  const bool is_to_end = end >= whole;
  if (is_to_end) {
    end = std::chrono::floor<seconds>(whole);
  }
  const seconds begin{from.value_or(0)};
  if (to && end <= begin) {
    fields.must("endSeconds", "be at least a second after startSeconds");
  }
  return fields.check().transform([&] {
    transfer wanted{
        .to = of.source,
        .origin = streams::recording_origin::clip,
        .of = streams::digest_of_parts({of.id, json::decimal(begin.count()), json::decimal(end.count())}),
        .begun = of.begun + begin,
        .duration = (is_to_end && is_at_mux ? whole : edge::milliseconds{end}) - begin,
        .until = now};
    wanted.part = streams::recording_part{.of = of.id, .from = begin};
    if (!is_to_end || !is_at_mux) {
      wanted.part->to = end;
    }
    return wanted;
  });
}

} // namespace

// POST /api/streams/{id}/recordings/{recording}/clips: {startSeconds, endSeconds}, for owners and admins: has
// its provider make a recording of that part, once. Answers 202 {id, state}, and …/recordings shows it. The
// schedule makes the call. A 409 before the recording is complete.
edge::task<edge::result<>> create_clip(edge::context& request) {
  stream_access stream = co_await access::require(request, right::manage);
  const recording* of = recording_of(stream.record, request.parameters.back());
  if (!of) {
    co_return refuse(no_such_recording);
  }
  if (!of->can_be_played() || !of->duration) {
    co_return refuse(recording_not_complete);
  }
  if (of->source == recording_source::mux && !stream.settings.mux) {
    co_return refuse(not_configured({"MUX_TOKEN_ID", "MUX_TOKEN_SECRET"}));
  }
  const json::document body = co_await read_json(request);
  transfer wanted = co_await read_clip(body, *of, request.host.now());
  const auto& all = stream.record.broadcasts.transfers();
  const auto* known = all.find(wanted.to, wanted.of);
  const recording* made = known ? stream.record.broadcasts.find(known->value().id) : nullptr;
  const bool is_there = known && known->value().state <= streams::transfer_state::ready &&
                        (!made || made->state() != streams::recording_state::deleted);
  if (is_there) {
    wanted = known->value();
  } else {
    if (std::ranges::count_if(all.all(), [](const auto& each) { return each.value().part.has_value(); }) >=
        most_clips) {
      co_return refuse(too_many_clips);
    }
    co_await begin_change(request, stream.record, {streams::change::of(wanted, request.host.now())});
    (void)co_await attempt(set_due(request.host, stream.record.id, streams::due::copies, request.host.now()));
  }
  const bool is_ready = wanted.state == streams::transfer_state::ready;
  co_return json_answer(202, json::object()
                                 .set("id", wanted.id.empty() ? std::nullopt : std::optional{wanted.id})
                                 .set("state", is_ready ? "ready" : "processing"));
}

} // namespace api
