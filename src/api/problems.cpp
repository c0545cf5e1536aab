#include "api/problems.h"

namespace api {

edge::problem not_configured(const std::vector<std::string>& settings) {
  std::string names;
  for (const std::string& each : settings) names += names.empty() ? each : ", " + each;
  return {.status = 503,
          .type = "not-configured",
          .title = "This deployment is not configured",
          .detail = "Whoever runs it has to set " + names + '.'};
}

edge::problem store_unavailable() {
  return {.status = 503,
          .type = "store-unavailable",
          .title = "The store did not answer",
          .detail = "Try again in a few seconds.",
          .headers = {{"retry-after", "5"}}};
}

edge::problem no_such_stream() {
  return {.status = 404,
          .type = "no-such-stream",
          .title = "There is no such stream",
          .detail = "Check the id, and whether you are signed in as its owner."};
}

edge::problem not_admitted() {
  return {.status = 403,
          .type = "not-admitted",
          .title = "You may not stream for this memorial",
          .detail = "Ask its owner to add you as a videographer."};
}

edge::problem invalid_fields(std::vector<edge::invalid_field> fields) {
  std::string names;
  for (const edge::invalid_field& each : fields) names += names.empty() ? each.field : ", " + each.field;
  return {.status = 400,
          .type = "invalid-field",
          .title = "A field is not as it must be",
          .detail = "Mend " + names + " and send the request again.",
          .fields = std::move(fields)};
}

} // namespace api
