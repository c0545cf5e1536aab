#include "api/schedule.h"

#include "api/missing_settings.h"
#include "edge/http/access_log.h"
#include "json/writer.h"
#include "streams/model/settings.h"
#include "streams/reconcile/reconcile.h"

namespace api {

edge::task<void> run_schedule(edge::context& request) {
  edge::host& host = request.host;
  edge::timestamp begun = host.now();
  json::object line;
  request.route = "schedule";
  line.set("route", request.route);
  auto settings = streams::settings::read(host.settings());
  if (settings) {
    streams::reconcile_counts done = co_await streams::reconcile(host, *settings);
    line.set("finished", done.creations_completed)
        .set("undone", done.creations_undone)
        .set("lookedAt", done.streams_checked)
        .set("facts", done.facts_found)
        .set("completed", done.changes_completed)
        .set("attached", done.backups_attached)
        .set("orphans", done.orphans_deleted)
        .set("failures", done.failures)
        .set("left", done.left);
    if (done.last_failure) {
      line.set("lastFailure", edge::describe(*done.last_failure));
    }
    if (done.foreign > 0) {
      line.set("ofOtherDeployments", done.foreign);
    }
    if (!done.stopped.empty()) {
      line.set("sweepStopped", done.stopped);
    }
  }
  if (const auto missing = missing_settings(host.settings()); !missing.empty()) {
    line.set("missing", missing);
  }
  edge::access_log_entry ran{.status = settings ? 204 : 503,
                             .took = std::chrono::floor<edge::milliseconds>(host.now() - begun)};
  line.set("ms", ran.took.count()).set("calls", edge::calls_of(host));
  host.log(line.dump());
  host.respond({.status = ran.status, .headers = {}, .body = {}});
  if (host.settings().find("METRICS")) {
    (void)co_await attempt(host.perform(edge::points_of(request, ran)));
  }
}

} // namespace api
