#include "api/routes/create.h"

#include "api/auth/access.h"
#include "api/auth/limits.h"
#include "api/http/json_answer.h"
#include "api/http/json_body.h"
#include "api/http/problems.h"
#include "api/routes/stream_view.h"
#include "json/writer.h"
#include "mux/settings.h"
#include "streams/create/idempotency.h"
#include "streams/model/settings.h"
#include "streams/store/credentials.h"
#include "streams/store/store.h"
#include "streams/watch/signed_playback.h"

#include <algorithm>
#include <memory>

namespace api {

namespace {

std::string_view whereabouts(const streams::provisioning_failure& failure) {
  return failure.undone ? "Nothing was left behind." : "What was made will be cleared away.";
}

edge::problem cloudflare_failed() {
  return {.status = 502,
          .type = "cloudflare-failed",
          .title = "Cloudflare Stream did not make the live input",
          .detail = {}};
}

edge::problem mux_failed() {
  return {.status = 502, .type = "mux-failed", .title = "Mux did not make the live stream", .detail = {}};
}

edge::problem describe(const streams::provisioning_failure& failure) {
  using enum streams::failed_step;
  if (failure.step != live_input && failure.step != live_stream) {
    edge::problem problem = store_unavailable();
    problem.detail = "The stream could not be stored. " + std::string{whereabouts(failure)} + " Try again.";
    return problem;
  }
  edge::problem problem = failure.step == live_stream ? mux_failed() : cloudflare_failed();
  problem.detail =
      could_not(failure.cause) + ". " + std::string{whereabouts(failure)} + " Try again in a minute.";
  problem.detail.front() = 'C';
  return problem;
}

// Outlives the answer: what remains to be cleared away is cleared away afterwards.
struct creation {
  creation(edge::host& host, streams::settings with) : settings(std::move(with)), work(host, settings) {}
  creation(const creation&) = delete;
  creation& operator=(const creation&) = delete;
  ~creation() = default;

  streams::settings settings;
  streams::provisioner work;
};

} // namespace

streams::visibility read_visibility(json_fields& from) {
  auto word = from.text("visibility", 20);
  auto named = streams::visibility_named(word);
  if (word && !named) {
    from.must("visibility", "be public or private");
  }
  return named.value_or(streams::visibility::public_stream);
}

edge::task<edge::result<streams::provisioned_stream>>
make_stream(edge::context& request, streams::settings with, streams::wanted_stream wanted) {
  if (wanted.visibility == streams::visibility::private_stream) {
    if (auto keys = streams::playback_keys::read(request.host.settings()); !keys) {
      co_return std::unexpected(not_configured(keys.error()));
    }
  }
  std::string id = wanted.identity ? wanted.identity->id : "";
  co_await admit_creation(request, wanted.created_by, id);
  auto creating = std::make_shared<creation>(request.host, std::move(with));
  auto made = co_await attempt(creating->work.provision(std::move(wanted)));
  if (!made) {
    co_return std::unexpected(describe(made.error()));
  }
  request.after_answering([creating] { return creating->work.tidy(); });
  co_return std::move(*made);
}

edge::task<edge::result<void>> check_memorial(edge::context& request, const caller& user,
                                              const std::optional<std::string>& memorial_id) {
  if (!memorial_id) {
    co_return {};
  }
  streams::store store{request.host, request.host.now() + stream_budget};
  co_await access::memorial_for(store, user, *memorial_id);
  co_return {};
}

edge::response created_answer(edge::context& request, const streams::provisioned_stream& made) {
  for (const streams::warning& each : made.record.warnings) {
    request.warnings.push_back(each.code);
  }
  json::object answer;
  answer.set("success", true)
      .set("stream", view_of(made.record, request.host,
                             publishing_of(made.record, made.credentials,
                                           streams::relay_settings::read(request.host.settings()),
                                           request.host.now())));
  edge::response created = json_answer(201, answer);
  created.headers.add("location", "/api/streams/" + made.record.id);
  return created;
}

namespace {

edge::result<std::optional<std::string>> key_of(const edge::request& request) {
  auto key = request.headers.find("idempotency-key");
  if (!key) {
    return std::nullopt;
  }
  bool printable = std::ranges::all_of(*key, [](char each) { return each >= ' ' && each <= '~'; });
  if (key->empty() || key->size() > 255 || !printable) {
    return std::unexpected(invalid_fields({{"Idempotency-Key", "must be 1 to 255 printable characters"}}));
  }
  return std::string{*key};
}

edge::problem key_used() {
  return {.status = 422,
          .type = "idempotency-key-used",
          .title = "This key stands for another request",
          .detail = "Send what was sent with it first, or take a new Idempotency-Key."};
}

edge::problem answer_unreadable() {
  return {.status = 422,
          .type = "idempotency-key-spent",
          .title = "What was answered to this key cannot be read any more",
          .detail = "The stream was made: find it among your streams."};
}

edge::problem not_noted() {
  return {.status = 503,
          .type = "answer-not-kept",
          .title = "The stream was made, but not kept as the answer to this key",
          .detail = "Send the same again in a minute for its answer.",
          .headers = {{"retry-after", "60"}}};
}

edge::problem not_taken(const edge::error& failure) {
  return failure.kind == edge::error_kind::not_opened ? answer_unreadable() : store_unavailable();
}

std::string to_text(const edge::response& answer) {
  json::array headers;
  for (const auto& [name, value] : answer.headers) {
    headers.add(json::array().add(name).add(value));
  }
  return json::object()
      .set("status", answer.status)
      .set("headers", std::move(headers))
      .set("body", answer.body)
      .dump();
}

edge::result<> from_text(std::string_view text) {
  auto parsed = json::document::parse(text);
  if (!parsed) {
    return std::unexpected(answer_unreadable());
  }
  auto text_of = [](const json::value& from) { return std::string{from.text().value_or("")}; };
  json::value from = parsed->root();
  edge::response answer{.status = static_cast<int>(from["status"].integer().value_or(201)),
                        .headers = {{"idempotent-replayed", "true"}},
                        .body = text_of(from["body"])};
  for (const json::value& each : from["headers"].elements()) {
    std::vector<json::value> field = each.elements();
    if (field.size() == 2) {
      answer.headers.add(text_of(field[0]), text_of(field[1]));
    }
  }
  return answer;
}

// The answer for a stream that was made by somebody who died before saying so.
edge::task<edge::result<>> tell_of(const creation_request& asked, const streams::stream_record& stream,
                                   teller tell) {
  auto secrets = co_await attempt(streams::read_credentials(asked.request.host, asked.settings, stream));
  if (!secrets) {
    co_return std::unexpected(store_unavailable());
  }
  co_return tell(asked.request, {.record = stream, .credentials = std::move(*secrets)});
}

edge::task<edge::result<>> take_turn(creation_request asked, std::string_view key, std::string_view body,
                                     creator make, teller tell) {
  const edge::request& sent = asked.request.request;
  std::string what = std::string{sent.path()} + '\n' + std::string{body};
  streams::creation_turn turn{asked.request.host,      asked.settings, asked.user.subject, key, what,
                              asked.request.request_id};
  auto standing = co_await attempt(turn.take());
  if (!standing) {
    co_return std::unexpected(not_taken(standing.error()));
  }
  using enum streams::creation_turn::state;
  if (standing->is == theirs) {
    co_return std::unexpected(still_running());
  }
  if (standing->is == another_request) {
    co_return std::unexpected(key_used());
  }
  if (standing->is == over) {
    co_return from_text(standing->answer);
  }

  bool begun_before = standing->identity.begun_before;
  asked.identity = std::move(standing->identity);
  edge::result<> given = standing->made ? co_await attempt(tell_of(asked, *standing->made, tell))
                                        : co_await attempt(make(asked));
  if (!given) {
    co_await turn.give_up(given.error().status < 500 && !begun_before);
    co_return given;
  }
  auto finished = co_await attempt(turn.finish(to_text(*given)));
  if (!finished) {
    co_return std::unexpected(not_noted());
  }
  co_return given;
}

} // namespace

edge::task<edge::result<>> create_once(edge::context& request, creator make, teller tell) {
  caller user = co_await authenticate(request);
  std::string text = co_await edge::read_body(request, body_limit);
  json::document body = co_await parse_json(request.request, text);
  auto settings = streams::settings::read(request.host.settings());
  if (!settings) {
    co_return std::unexpected(not_configured(settings.error()));
  }
  auto key = co_await key_of(request.request);
  creation_request asked{
      .request = request, .user = user, .body = body, .settings = *settings, .identity = std::nullopt};
  if (!key) {
    co_return co_await make(asked);
  }
  co_return co_await take_turn(std::move(asked), *key, text, make, tell);
}

namespace {

using streams::ingest_plan;
using streams::streaming_method;

struct available {
  bool relay;
  bool mux;
};

std::optional<std::string_view> fault_of_plan(streaming_method method, ingest_plan plan, available here) {
  if (!is_possible(method, plan)) {
    return "be auto, cloudflare or mux: the relay takes a browser's WHIP only";
  }
  if (plan == ingest_plan::relay && !here.relay) {
    return "be another one: this deployment has no relay";
  }
  if (plan == ingest_plan::mux && !here.mux) {
    return "be another one: this deployment has no Mux credentials";
  }
  return std::nullopt;
}

// One of them stays for the backup.
std::vector<streams::wanted_output> read_outputs(json_fields& fields, ingest_plan plan) {
  std::vector<streams::wanted_output> outputs;
  bool twice = false;
  fields.objects("outputs", most_outputs - 1, [&](json_fields& each) {
    outputs.push_back(read_output(each));
    auto same = [&](const auto& other) {
      return other.url == outputs.back().url && other.stream_key.matches(outputs.back().stream_key.bytes());
    };
    twice = twice || std::ranges::count_if(outputs, same) > 1;
  });
  if (twice) {
    fields.must("outputs", "not hold the same one twice");
  }
  if (!outputs.empty() && plan == ingest_plan::mux) {
    fields.must("outputs", "be empty where the ingest is mux: it is Cloudflare that sends on");
  }
  return outputs;
}

edge::result<streams::wanted_stream> read_wanted(const json::document& body, std::string subject,
                                                 available here) {
  json_fields fields{body};
  streams::wanted_stream wanted{.title = fields.required_text("title", longest_title),
                                .memorial_id = fields.id("memorialId"),
                                .backup = fields.boolean("enableMuxBackup").value_or(true),
                                .created_by = std::move(subject)};
  auto method =
      streams::streaming_method_named(fields.required_word("streamingMethod", {"whip_browser", "obs"}));
  wanted.method = method.value_or(streaming_method::whip_browser);
  auto plan = streams::ingest_plan_named(fields.word("ingest", {"auto", "cloudflare", "relay", "mux"}));
  wanted.ingest = plan.value_or(best_plan(wanted.method, here.relay));
  if (method) {
    fields.must("ingest", fault_of_plan(wanted.method, wanted.ingest, here));
  }
  wanted.outputs = read_outputs(fields, wanted.ingest);
  wanted.visibility = read_visibility(fields);
  return fields.check().transform([&] { return std::move(wanted); });
}

edge::task<edge::result<>> create_with_plan(const creation_request& asked) {
  const edge::environment& environment = asked.request.host.settings();
  const available here{.relay = streams::relay_settings::read(environment).has_value(),
                       .mux = mux::settings::read(environment).has_value()};
  streams::wanted_stream wanted = co_await read_wanted(asked.body, asked.user.subject, here);
  wanted.identity = asked.identity;
  co_await check_memorial(asked.request, asked.user, wanted.memorial_id);
  auto made = co_await make_stream(asked.request, asked.settings, std::move(wanted));
  co_return created_answer(asked.request, made);
}

} // namespace

edge::task<edge::result<>> create_stream(edge::context& request) {
  return create_once(request, create_with_plan);
}

namespace {

edge::result<streams::wanted_stream> read_phone_stream(const json::document& body, std::string subject,
                                                       bool has_relay) {
  json_fields fields{body};
  streams::wanted_stream wanted{.title = fields.required_text("title", longest_title),
                                .memorial_id = fields.id("memorialId"),
                                .backup = fields.boolean("enableMuxBackup").value_or(true),
                                .created_by = std::move(subject),
                                .ingest = best_plan(streams::streaming_method::whip_browser, has_relay),
                                .visibility = read_visibility(fields)};
  return fields.check().transform([&] { return std::move(wanted); });
}

edge::task<edge::result<>> create_for_phone(const creation_request& asked) {
  bool has_relay = streams::relay_settings::read(asked.request.host.settings()).has_value();
  streams::wanted_stream wanted = co_await read_phone_stream(asked.body, asked.user.subject, has_relay);
  wanted.identity = asked.identity;
  co_await check_memorial(asked.request, asked.user, wanted.memorial_id);
  auto made = co_await make_stream(asked.request, asked.settings, std::move(wanted));
  co_return created_answer(asked.request, made);
}

} // namespace

edge::task<edge::result<>> create_whip(edge::context& request) {
  return create_once(request, create_for_phone);
}

} // namespace api
