// What viewers get. Answers about a public stream hold no credential and may be cached for some seconds, or
// for a minute once only another broadcast changes them. Answers about a private stream hold one viewer's
// tokens, valid for some hours, and may not be cached.
#include "api/auth/access.h"
#include "api/http/json_answer.h"
#include "api/http/problems.h"
#include "streams/watch/playback_view.h"

namespace api {

namespace {

edge::task<edge::result<>> answer_viewer(edge::context& request, decltype(&streams::playback_view) view) {
  const stream_access stream = co_await access::require(request, right::watch);
  const auto body = co_await attempt(view(request.host, {stream.settings, stream.record, stream.keys}));
  if (!body) {
    co_return refuse(cannot_sign);
  }
  if (stream.is_private()) {
    co_return json_answer(200, *body);
  }
  edge::response answer = tagged_json_answer(request.request, *body);
  const bool settled = streams::playback_of(stream.record, request.host.now()).settled;
  answer.headers.add("cache-control", settled ? "public, max-age=60" : "public, max-age=5");
  co_return answer;
}

} // namespace

// GET /api/streams/{id}/recordings: see recordings_view.
edge::task<edge::result<>> list_recordings(edge::context& request) {
  return answer_viewer(request, streams::recordings_view);
}

// GET /api/streams/{id}/playback: see playback_view.
edge::task<edge::result<>> get_playback(edge::context& request) {
  return answer_viewer(request, streams::playback_view);
}

} // namespace api
