#include "api/http/problems.h"

namespace api {

edge::problem not_configured(const std::vector<std::string>& settings) {
  std::string names;
  for (const std::string& each : settings) {
    names += names.empty() ? each : ", " + each;
  }
  return {.status = 503,
          .type = "not-configured",
          .title = "This deployment is not configured",
          .detail = "Whoever runs it has to set " + names + '.'};
}

edge::problem no_relay() { return not_configured({"RELAY_URL", "RELAY_TOKEN_SECRET", "RELAY_CREDENTIAL"}); }

edge::problem store_unavailable() {
  return {.status = 503,
          .type = "store-unavailable",
          .title = "The store did not answer",
          .detail = "Try again in a few seconds.",
          .headers = {{"retry-after", "5"}}};
}

edge::problem provider_failed(std::string what) {
  if (!what.empty() && what.front() == 'c') {
    what.front() = 'C';
  }
  return {.status = 502,
          .type = "provider-failed",
          .title = "A provider did not do what was asked",
          .detail = std::move(what) + '.',
          .headers = {{"retry-after", "10"}}};
}

edge::problem credentials_unreadable(const edge::error& cause) {
  if (cause.kind != edge::error_kind::not_opened) {
    return provider_failed(could_not(cause));
  }
  return {.status = 503,
          .type = "credentials-unreadable",
          .title = "The credentials cannot be read",
          .detail = "They do not open with this deployment's keys. Rotate them for new ones."};
}

edge::problem no_such_stream() {
  return {.status = 404,
          .type = "no-such-stream",
          .title = "There is no such stream",
          .detail = "Check the id, and whether you are signed in as its owner."};
}

edge::problem stream_has_ended() {
  return {.status = 409,
          .type = "stream-ended",
          .title = "The stream has ended",
          .detail = "Nobody can broadcast into it any more. Make a new one."};
}

edge::problem still_running() {
  return {.status = 409,
          .type = "still-running",
          .title = "This is being made already",
          .detail = "Send the same again in a few seconds for its answer.",
          .headers = {{"retry-after", "2"}}};
}

edge::problem publishers_only() {
  return {.status = 403,
          .type = "publishers-only",
          .title = "You may not publish to this stream",
          .detail = "Only its creator, and whom its memorial admits, see what it takes to publish."};
}

edge::problem not_admitted() {
  return {.status = 403,
          .type = "not-admitted",
          .title = "You may not stream for this memorial",
          .detail = "Ask its owner to add you as a videographer."};
}

edge::problem invalid_fields(std::vector<edge::invalid_field> fields) {
  std::string names;
  for (const edge::invalid_field& each : fields) {
    names += names.empty() ? each.field : ", " + each.field;
  }
  return {.status = 400,
          .type = "invalid-field",
          .title = "A field is not as it must be",
          .detail = "Mend " + names + " and send the request again.",
          .fields = std::move(fields)};
}

} // namespace api
