#include "api/routes/whip_problems.h"

#include "api/http/problems.h"
#include "json/number.h"

#include <string>

namespace api {

namespace {

constexpr edge::problem_type provider_timeout{.status = 504,
                                              .type = "provider-timeout",
                                              .title = "The provider did not answer in time",
                                              .detail = "Try again."};

constexpr edge::problem_type provider_is_busy{.status = 503,
                                              .type = "provider-busy",
                                              .title = "The provider takes no more at the moment",
                                              .detail = "Try again after the time that Retry-After says.",
                                              .header = {"retry-after", "5"}};

constexpr edge::problem_type description_refused{
    .status = 422,
    .type = "description-refused",
    .title = "The provider cannot use this session description",
    .detail = "Begin again, with codecs that it takes: H.264 or VP8, and Opus."};

constexpr edge::problem_type publishing_conflict{.status = 409,
                                                 .type = "publishing-conflict",
                                                 .title = "The provider does not take this now",
                                                 .detail =
                                                     "Somebody may be publishing to this stream already."};

constexpr edge::problem_type not_patchable{.status = 405,
                                           .type = "session-not-patchable",
                                           .title = "The provider takes no changes of a session",
                                           .detail = "Go on without, or begin a new session.",
                                           .header = {"allow", "DELETE"}};

constexpr edge::problem_type precondition_failed{.status = 412,
                                                 .type = "precondition-failed",
                                                 .title = "The session is another one by now",
                                                 .detail = "Send the ETag of the newest answer in If-Match."};

constexpr edge::problem_type precondition_required{
    .status = 428,
    .type = "precondition-required",
    .title = "The provider asks which session this is for",
    .detail = "Send the ETag of the newest answer in If-Match, or * to restart ICE."};

bool is_seconds(std::string_view text) {
  return !text.empty() && text.size() <= 5 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

} // namespace

edge::problem provider_did_not_answer(const edge::error& cause) {
  const bool late = cause.kind == edge::error_kind::timeout || cause.kind == edge::error_kind::out_of_time;
  return late ? provider_timeout : provider_failed(could_not(cause));
}

const edge::problem_type* refusal_of(int status, bool of_session) {
  switch (status) {
  case 400:
  case 406:
  case 413:
  case 415:
  case 422: return &description_refused;
  case 409: return &publishing_conflict;
  default: break;
  }
  if (!of_session) {
    // By the relay, to a phone that goes on although it was stopped.
    return status == 410 ? &session_stopped : nullptr;
  }
  switch (status) {
  case 404:
  case 410: return &no_such_session;
  case 405:
  case 501: return &not_patchable;
  case 412: return &precondition_failed;
  case 428: return &precondition_required;
  default: return nullptr;
  }
}

edge::problem problem_for(const whip::exchange& answer, const edge::problem_type* refusal) {
  if (refusal) {
    return *refusal;
  }
  bool busy = answer.status == 429 || answer.status == 503;
  edge::problem what = busy ? provider_is_busy
                            : provider_failed("could not publish at the provider (status " +
                                              json::decimal(answer.status) + ')');
  auto told = answer.headers.find("retry-after");
  if (told && is_seconds(*told)) {
    what.headers = {{"retry-after", std::string{*told}}};
  }
  return what;
}

} // namespace api
