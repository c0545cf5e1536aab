#include "api/http/problems.h"

namespace api {

namespace {

constexpr edge::problem_type unconfigured{
    .status = 503, .type = "not-configured", .title = "This deployment is not configured"};

constexpr edge::problem_type failed_provider{.status = 502,
                                             .type = "provider-failed",
                                             .title = "A provider did not do what was asked",
                                             .header = {"retry-after", "10"}};

constexpr edge::problem_type sealed_credentials{
    .status = 503,
    .type = "credentials-unreadable",
    .title = "The credentials cannot be read",
    .detail = "They do not open with this deployment's keys. Rotate them for new ones."};

constexpr edge::problem_type invalid{.status = 400, .type = "invalid-field", .title = "Invalid field"};

} // namespace

edge::problem not_configured(const std::vector<std::string>& settings) {
  std::string names;
  for (const std::string& each : settings) {
    names += names.empty() ? each : ", " + each;
  }
  return unconfigured.with("The operator must set " + names + '.');
}

edge::problem no_relay() { return not_configured({"RELAY_URL", "RELAY_TOKEN_SECRET", "RELAY_CREDENTIAL"}); }

edge::problem no_livekit() {
  return not_configured({"LIVEKIT_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"});
}

edge::problem provider_failed(std::string what) {
  if (what.starts_with('c')) {
    what.front() = 'C';
  }
  return failed_provider.with(std::move(what) + '.');
}

edge::problem credentials_unreadable(const edge::error& cause) {
  if (cause.kind == edge::error_kind::not_opened) {
    return sealed_credentials;
  }
  return provider_failed(could_not(cause));
}

edge::problem invalid_fields(std::vector<edge::invalid_field> fields) {
  std::string names;
  for (const edge::invalid_field& each : fields) {
    names += (names.empty() ? "`" : ", `") + each.field + '`';
  }
  edge::problem problem = invalid.with("Fix " + names + " and send the request again.");
  problem.fields = std::move(fields);
  return problem;
}

} // namespace api
