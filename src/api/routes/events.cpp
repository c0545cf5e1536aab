// What the host application was told of a stream, and what it answered.
#include "api/auth/access.h"
#include "api/http/json_answer.h"
#include "api/http/problems.h"
#include "streams/manage/refresh.h"
#include "streams/notify/delivery.h"
#include "streams/notify/implied_events.h"
#include "streams/store/due.h"

#include <algorithm>
#include <optional>
#include <ranges>

namespace api {

namespace {

constexpr edge::problem_type no_such_event{.status = 404,
                                           .type = "no-such-event",
                                           .title = "There is no such event",
                                           .detail = "Take the id of an event in the stream's list."};

json::array attempts_view(const streams::told_event& of) {
  json::array view;
  for (const auto& each : of.attempts) {
    const auto status = edge::whole_number(each.answer);
    view.add(json::object()
                 .set("at", edge::format_timestamp(each.at))
                 .set("status", status)
                 .set("error", status ? std::nullopt : std::optional{each.answer}));
  }
  return view;
}

json::object event_view(const streams::told_event& of, std::string_view stream_id) {
  const bool is_warning = of.what.type == streams::event_type::warning;
  const bool is_recording = !is_warning && of.what.of.contains(':');
  const std::string_view source = is_recording ? of.what.part(0) : of.what.part(1);
  json::object view;
  view.set("id", id_of(of.what, stream_id))
      .set("type", name_of(of.what.type))
      .set("at", edge::format_timestamp(of.what.at))
      .set("code", is_warning ? std::optional{of.what.part(0)} : std::nullopt)
      .set("source", source.empty() ? std::nullopt : std::optional{source})
      .set("state", name_of(of.state()))
      .set("attempts", attempts_view(of))
      .set("nextAttemptAt", of.next_attempt().transform(edge::format_timestamp));
  return view;
}

} // namespace

// GET /api/streams/{id}/events, for owners and admins: {enabled, events: [{id, type, at, code, source, state,
// attempts: [{at, status, error}], nextAttemptAt}]}, the newest first, with one list of the store.
edge::task<edge::result<>> list_events(edge::context& request) {
  stream_access stream = co_await access::require(request, right::manage);
  const bool enabled = streams::event_settings::read(request.host.settings()).has_value();
  json::array events;
  if (enabled) {
    streams::store store{request.host, request.host.now() + stream_budget};
    co_await streams::fold_facts(store, stream.record);
    for (const auto& each : all_events(stream.record, request.host.now()) | std::views::reverse) {
      events.add(event_view(each, stream.record.id));
    }
  }
  co_return json_answer(200, json::object().set("enabled", enabled).set("events", std::move(events)));
}

// POST /api/streams/{id}/events/{event}/redeliver, for owners and admins: delivers the event once more and
// answers with it, whatever the receiver answered. Other errors: 404 no-such-event, 503 without a receiver.
edge::task<edge::result<>> redeliver_event(edge::context& request) {
  stream_access stream = co_await access::require(request, right::manage);
  edge::host& host = request.host;
  const auto with = streams::event_settings::read(host.settings());
  if (!with) {
    co_return refuse(not_configured({"EVENTS_URL", "EVENTS_SECRETS"}));
  }
  streams::store store{host, host.now() + stream_budget};
  co_await streams::fold_facts(store, stream.record);
  const auto all = all_events(stream.record, host.now());
  const auto wanted = std::ranges::find_if(all, [&](const streams::told_event& each) {
    return id_of(each.what, stream.record.id) == request.parameters.back();
  });
  if (wanted == all.end()) {
    co_return refuse(no_such_event);
  }
  (void)co_await streams::deliver(host, *with, stream.record, wanted->what, true);
  // Nothing else may wake the stream for what is pending.
  if (const auto next = streams::next_delivery(host, stream.record)) {
    (void)co_await attempt(streams::set_due(host, stream.record.id, streams::due::check, *next));
  }
  const streams::told_event* told = stream.record.told.find(wanted->what);
  co_return json_answer(200, event_view(told ? *told : *wanted, stream.record.id));
}

} // namespace api
