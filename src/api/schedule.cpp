#include "api/schedule.h"

#include "api/missing_settings.h"
#include "edge/http/access_log.h"
#include "json/writer.h"
#include "streams/reconcile/alarm.h"
#include "streams/reconcile/reconcile.h"
#include "streams/settings/settings.h"
#include "streams/store/due.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace api {

namespace {

void add_counts(json::object& line, const streams::reconcile_counts& done) {
  line.set("finished", done.creations_completed)
      .set("undone", done.creations_undone)
      .set("lookedAt", done.streams_checked)
      .set("facts", done.facts_found)
      .set("completed", done.changes_completed)
      .set("attached", done.backups_attached)
      .set("woken", done.woken)
      .set("copies", done.copies_advanced)
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

edge::task<void> run(edge::context& request, std::string_view route, std::optional<streams::alarm> alarm) {
  edge::host& host = request.host;
  const edge::timestamp begun = host.now();
  json::object line;
  request.route = route;
  line.set("route", request.route);
  auto settings = streams::settings::read(host.settings());
  if (settings) {
    add_counts(line, alarm ? co_await streams::reconcile_stream(host, *settings, *alarm)
                           : co_await streams::reconcile(host, *settings));
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

} // namespace

edge::task<void> run_schedule(edge::context& request) { return run(request, "schedule", std::nullopt); }

edge::task<void> run_alarm(edge::context& request) {
  const std::vector<std::string> due = edge::split_list(request.request.query("due").value_or(""));
  return run(request, "alarm",
             streams::alarm{.stream_id = std::string{request.request.path().substr(1)},
                            .has_work = std::ranges::contains(due, name_of(streams::due::work)),
                            .has_copy_news = std::ranges::contains(due, name_of(streams::due::copies)),
                            .memory = request.request.query("memory").value_or("")});
}

} // namespace api
