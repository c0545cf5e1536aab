// Whether the Worker runs and has what it needs.
#include "api/http/json_answer.h"
#include "api/missing_settings.h"
#include "cloudflare/error_codes.h"
#include "edge/http/context.h"
#include "json/writer.h"
#include "livekit/settings.h"
#include "mux/settings.h"
#include "streams/notify/event_settings.h"
#include "streams/reconcile/reconcile.h"
#include "streams/settings/settings.h"
#include "streams/store/store.h"

#include <string>
#include <vector>

namespace api {

namespace {

// What only the operator can repair at a provider.
edge::task<std::vector<std::string>> errors_at_providers(edge::host& host) {
  constexpr std::chrono::seconds budget{3};
  std::vector<std::string> errors;
  if (host.settings().has_binding("STREAMS")) {
    const auto alarm = co_await attempt(streams::store{host, host.now() + budget}.facts.alarm());
    if (alarm && *alarm) {
      errors.push_back(cloudflare::describe_ingest_error((*alarm)->code));
    }
  }
  co_return errors;
}

} // namespace

// GET /healthz: 200 as soon as the module runs.
edge::task<edge::result<>> health(edge::context&) {
  co_return json_answer(200, json::object().set("status", "ok"));
}

// GET /readyz: 200 if all required settings are there, all settings can be used and no provider refuses every
// broadcast, else 503; and what is off because a binding or a setting is missing. Names settings and shows
// none of their values, except for the relays' addresses.
edge::task<edge::result<>> readiness(edge::context& request) {
  const edge::environment& environment = request.host.settings();
  const std::vector<std::string> missing = missing_settings(environment);
  const bool with_mux = mux::settings::read(environment).has_value();
  const auto relay = streams::relay_settings::read(environment);
  const std::vector<std::string> errors = co_await errors_at_providers(request.host);
  const bool is_ready = missing.empty() && errors.empty();
  json::object body;
  body.set("status", is_ready ? "ready" : "not ready")
      .set("missing", missing)
      .set("errors", errors)
      .set("muxBackup", with_mux ? "on" : "off: MUX_TOKEN_ID or MUX_TOKEN_SECRET is not set")
      .set("relay", relay ? "on" : "off: RELAY_URL or RELAY_URLS is not set")
      .set("relays", relay ? relay->urls : std::vector<std::string>{})
      .set("events",
           streams::event_settings::read(environment) ? "on" : "off: EVENTS_URL or EVENTS_SECRETS is not set")
      .set("livekit", livekit::settings::read(environment) ? "on" : "off: LIVEKIT_URL or its key is not set");
  for (auto [name, binding] : {std::pair{"leases", "LEASES"},
                               {"rooms", "ROOMS"},
                               {"paces", "PACES"},
                               {"createLimit", "CREATE_LIMIT"},
                               {"metrics", "METRICS"}}) {
    body.set(name, environment.has_binding(binding) ? std::string{"on"}
                                                    : std::string{"off: "} + binding + " is not bound");
  }
  if (environment.has_binding("STREAMS")) {
    body.set("sweep", co_await streams::sweep_state(request.host));
  }
  co_return json_answer(is_ready ? 200 : 503, body);
}

} // namespace api
