// One recording of a stream: its deletion.
#include "api/routes/recordings.h"

#include "api/auth/access.h"
#include "api/http/problems.h"
#include "api/routes/change.h"
#include "streams/manage/refresh.h"
#include "streams/manage/remove_recordings.h"

#include <algorithm>

namespace api {

namespace {

using streams::recording;

constexpr edge::problem_type recording_in_use{
    .status = 409,
    .type = "recording-in-use",
    .title = "A part of the recording is being made",
    .detail = "Wait until the trimmed recording is ready, or has failed. Then ask again."};

// Whether a clip is being made of it.
bool is_in_use(const streams::stream_record& in, std::string_view recording) {
  return std::ranges::any_of(in.broadcasts.transfers().all(), [&](const auto& each) {
    const streams::transfer& made = each.value();
    return made.part && made.part->of == recording && !made.is_over();
  });
}

bool grows(const streams::stream_record& in, const recording& what, edge::timestamp now) {
  return what.is_live_recording() && what.state() == streams::recording_state::processing &&
         in.status(now) == streams::stream_status::live;
}

} // namespace

// DELETE /api/streams/{id}/recordings/{recording}, for owners and admins: deletes it at its provider, for
// good, and answers 204. From the first such request on it is in no list, and no copy of another recording
// takes its place. A 409 while it grows, or a part of it is made; 502 when the provider fails: the same
// request again, or else the schedule, finishes it.
edge::task<edge::result<>> delete_recording(edge::context& request) {
  stream_access stream = co_await access::require(request, right::manage);
  // Another place may have just asked for a part of it.
  streams::store store{request.host, request.host.now() + stream_budget};
  co_await streams::fold_facts(store, stream.record);
  const recording* wanted = stream.record.broadcasts.find(request.parameters.back());
  const bool is_there = wanted && wanted->state() != streams::recording_state::deleted;
  if (!is_there && (!wanted || !wanted->is_being_removed())) {
    co_return refuse(no_such_recording);
  }
  const edge::timestamp now = request.host.now();
  if (grows(stream.record, *wanted, now)) {
    co_return refuse(recording_not_complete);
  }
  if (is_in_use(stream.record, wanted->id)) {
    co_return refuse(recording_in_use);
  }
  if (wanted->source == streams::recording_source::mux && !stream.settings.mux) {
    co_return refuse(not_configured({"MUX_TOKEN_ID", "MUX_TOKEN_SECRET"}));
  }
  if (is_there) {
    co_await begin_change(
        request, stream.record,
        {streams::change::of(streams::removed_recording{.source = wanted->source, .recording_id = wanted->id},
                             now)});
  }
  const auto done = co_await attempt(
      streams::remove_recordings(request.host, stream.settings, stream.record, now + stream_budget));
  if (!done) {
    co_return refuse(provider_failed(could_not(done.error()) + ". Send the same again to finish it"));
  }
  request.after_answering([&host = request.host, id = stream.record.id, news = stream.record.broadcasts] {
    return streams::refresh(host, id, news);
  });
  co_return edge::response{.status = 204, .headers = {}, .body = {}};
}

} // namespace api
