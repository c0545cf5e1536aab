// When a stream is to start, as a file for calendars.
#include "api/auth/access.h"
#include "api/http/json_answer.h"
#include "api/http/problems.h"
#include "streams/watch/schedule.h"

#include <string>
#include <utility>

namespace api {

namespace {

constexpr edge::problem_type not_scheduled{.status = 404,
                                           .type = "not-scheduled",
                                           .title = "The stream has no scheduled start",
                                           .detail = "Its owner can set one: scheduledStart."};

} // namespace

// GET /api/streams/{id}/calendar, for those who may watch: an iCalendar file (RFC 5545) with the scheduled
// start. 404 without one. Caches may keep it for a few seconds if the stream is public.
edge::task<edge::result<>> get_calendar(edge::context& request) {
  const stream_access stream = co_await access::require(request, right::watch);
  if (!streams::start_of(stream.record)) {
    co_return refuse(not_scheduled);
  }
  const std::string page = std::string{request.request.origin()} + "/watch/" + stream.record.id;
  edge::response answer{.status = 200,
                        .headers = {{"content-type", "text/calendar; charset=utf-8"},
                                    {"content-disposition", "attachment; filename=\"stream.ics\""}},
                        .body = streams::calendar_of(stream.record, page)};
  if (stream.is_private()) {
    co_return answer;
  }
  answer = tagged(request.request, std::move(answer));
  answer.headers.add("cache-control", "public, max-age=5");
  co_return answer;
}

} // namespace api
