// Whether the Worker runs and has what it needs.
#include "api/auth/authentication.h"
#include "api/http/json_answer.h"
#include "edge/http/context.h"
#include "json/writer.h"
#include "mux/settings.h"
#include "streams/model/settings.h"

#include <string>
#include <vector>

namespace api {

namespace {

// Streams can be created without these, but their broadcasts would not be noticed.
std::vector<std::string> missing_webhook_secrets(const edge::environment& from, bool with_mux) {
  std::vector<std::string> missing;
  for (const char* name : {"CLOUDFLARE_WEBHOOK_SECRETS", "CLOUDFLARE_NOTIFICATION_SECRETS"}) {
    if (!from.find(name)) {
      missing.emplace_back(name);
    }
  }
  if (with_mux && !from.find("MUX_WEBHOOK_SECRETS")) {
    missing.emplace_back("MUX_WEBHOOK_SECRETS");
  }
  return missing;
}

} // namespace

// GET /healthz: 200 as soon as the module runs.
edge::task<edge::result<>> health(edge::context&) {
  co_return json_answer(200, json::object().set("status", "ok"));
}

// GET /readyz: 200 if all required settings are there, else 503; and what is off because a binding or a
// setting is missing. Names settings and never shows their values.
edge::task<edge::result<>> readiness(edge::context& request) {
  const edge::environment& environment = request.host.settings();
  std::vector<std::string> missing = missing_authentication_settings(environment);
  auto settings = streams::settings::read(environment);
  if (!settings) {
    missing.insert(missing.end(), settings.error().begin(), settings.error().end());
  }
  const bool with_mux = settings ? settings->mux.has_value() : mux::settings::read(environment).has_value();
  for (std::string& each : missing_webhook_secrets(environment, with_mux)) {
    missing.push_back(std::move(each));
  }

  json::object body;
  body.set("status", missing.empty() ? "ready" : "not ready")
      .set("missing", missing)
      .set("muxBackup", with_mux ? "on" : "off: MUX_TOKEN_ID or MUX_TOKEN_SECRET is not set")
      .set("relay", environment.find("RELAY_URL") ? "on" : "off: RELAY_URL is not set");
  for (auto [name, binding] :
       {std::pair{"leases", "LEASES"}, {"createLimit", "CREATE_LIMIT"}, {"metrics", "METRICS"}}) {
    body.set(name, environment.find(binding) ? std::string{"on"}
                                             : std::string{"off: "} + binding + " is not bound");
  }
  co_return json_answer(missing.empty() ? 200 : 503, body);
}

} // namespace api
