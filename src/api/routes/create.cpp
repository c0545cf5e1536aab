#include "api/routes/create.h"

#include "api/auth/access.h"
#include "api/auth/limits.h"
#include "api/http/details.h"
#include "api/http/json_answer.h"
#include "api/http/json_body.h"
#include "api/http/problems.h"
#include "edge/all.h"
#include "json/writer.h"
#include "streams/store/credentials.h"
#include "streams/store/store.h"
#include "streams/watch/signed_playback.h"
#include "streams/watch/stream_view.h"

#include <algorithm>

namespace api {

namespace {

using streams::ingest_plan;
using streams::streaming_method;

// The fields that a request may have.
enum class form : std::uint8_t {
  phone, // for a phone's browser: without method, plan and outputs
  full,
};

std::optional<std::string_view> fault_of_plan(streaming_method method, ingest_plan plan,
                                              const streams::settings& here) {
  if (!is_possible(method, plan)) {
    return "be auto, cloudflare or mux: the relay and LiveKit take a browser's WHIP only";
  }
  if (needs_relay(method, plan) && !here.relay) {
    return "be another one: this deployment has no relay";
  }
  if (plan == ingest_plan::livekit && !here.livekit) {
    return "be another one: this deployment has no LiveKit credentials";
  }
  if (plan == ingest_plan::mux && !here.mux) {
    return "be another one: this deployment has no Mux credentials";
  }
  return std::nullopt;
}

// One slot is reserved for the backup.
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
    fields.must("outputs", "be empty with the ingest mux: Cloudflare sends the outputs");
  }
  return outputs;
}

edge::result<streams::wanted_stream> read_wanted(const creation& from, form what) {
  json_fields fields{from.body};
  streams::wanted_stream wanted{.title = fields.required_text("title", longest_title),
                                .memorial_id = fields.id("memorialId"),
                                .backup = fields.boolean("enableMuxBackup").value_or(true),
                                .created_by = from.user.subject,
                                .identity = from.identity};
  const bool has_relay = from.settings.relay.has_value();
  if (what == form::phone) {
    wanted.ingest = best_plan(wanted.method, has_relay);
  } else {
    const auto method =
        streams::streaming_method_named(fields.required_word("streamingMethod", {"whip_browser", "obs"}));
    wanted.method = method.value_or(streaming_method::whip_browser);
    const auto plan =
        streams::ingest_plan_named(fields.word("ingest", {"auto", "cloudflare", "relay", "mux", "livekit"}));
    wanted.ingest = plan.value_or(best_plan(wanted.method, has_relay));
    if (method) {
      fields.must("ingest", fault_of_plan(wanted.method, wanted.ingest, from.settings));
    }
    wanted.outputs = read_outputs(fields, wanted.ingest);
  }
  wanted.phone_copy = streams::phone_copy_named(fields.word("phoneCopy", {"auto", "on", "off"}));
  wanted.begins_with = read_details(fields, from.request.host.now());
  if (const auto downloads = fields.boolean("viewersMayDownload"); downloads && *downloads) {
    wanted.begins_with.push_back(
        {.id = {}, .kind = streams::change_kind::downloads_set, .at = {}, .downloads = true});
  }
  const auto word = fields.text("visibility", 20);
  const auto visibility = streams::visibility_named(word);
  if (word && !visibility) {
    fields.must("visibility", "be public or private");
  }
  wanted.visibility = visibility.value_or(streams::visibility::public_stream);
  return fields.check().transform([&] { return std::move(wanted); });
}

edge::task<edge::result<void>> check_memorial(const creation& of,
                                              const std::optional<std::string>& memorial_id) {
  if (memorial_id) {
    streams::store store{of.request.host, of.request.host.now() + stream_budget};
    co_await access::memorial_for(store, of.user, *memorial_id);
  }
  co_return {};
}

edge::task<edge::result<streams::provisioned_stream>> make(const std::shared_ptr<creation>& of, form what) {
  if (of->made) {
    co_return std::move(*of->made);
  }
  streams::wanted_stream wanted = co_await read_wanted(*of, what);
  auto [admitted, few_open] = co_await edge::all(
      check_memorial(*of, wanted.memorial_id),
      check_open_streams(of->request.host, of->settings, of->user.subject, of->stream_id()));
  co_await std::move(admitted);
  if (wanted.visibility == streams::visibility::private_stream) {
    co_await streams::playback_keys::read(of->request.host.settings()).transform_error(not_configured);
  }
  co_await std::move(few_open);
  co_return co_await provision(of, std::move(wanted));
}

// 201 {success, stream}, as its owner sees it. Its warnings are noted for the log.
edge::response created_answer(const creation& of, const streams::provisioned_stream& made) {
  for (const streams::warning& each : made.record.warnings) {
    of.request.warnings.push_back(each.code);
  }
  const edge::host& host = of.request.host;
  const streams::publishing with =
      publishing_of(made.record, made.credentials, of.settings.relay, host.now());
  edge::response created =
      json_answer(201, json::object().set("success", true).set("stream", view_of(made.record, host, with)));
  created.headers.add("location", "/api/streams/" + made.record.id);
  return created;
}

edge::task<edge::result<>> create(edge::context& request, form what) {
  const auto creation = co_await begin_creation(request);
  if (creation->earlier_answer) {
    co_return std::move(*creation->earlier_answer);
  }
  const auto made = co_await attempt(make(creation, what));
  co_return co_await finish_creation(
      *creation, made.transform([&](const auto& stream) { return created_answer(*creation, stream); }));
}

} // namespace

// POST /api/streams, for any user: {title, memorialId?, streamingMethod, ingest?, enableMuxBackup?,
// visibility?, phoneCopy?, viewersMayDownload?, outputs?: [{url, streamKey, enabled?}]}, and what
// read_details reads. Answers 201 {success, stream}, 400 for an invalid field or an ingest that this
// deployment does not have, 502 when the ingest's provider fails, 503 when the store fails. An output that
// could not be added is a warning of the stream.
edge::task<edge::result<>> create_stream(edge::context& request) { return create(request, form::full); }

// POST /api/streams/create-whip, for any user: {title, memorialId?, enableMuxBackup?, visibility?,
// phoneCopy?, viewersMayDownload?}, and what read_details reads. One request creates a stream that a phone's
// browser can publish to, with a backup at Mux. Answers as create_stream does.
edge::task<edge::result<>> create_whip(edge::context& request) { return create(request, form::phone); }

namespace {

constexpr edge::problem_type cloudflare_failed{
    .status = 502, .type = "cloudflare-failed", .title = "Cloudflare Stream did not make the live input"};

constexpr edge::problem_type mux_failed{
    .status = 502, .type = "mux-failed", .title = "Mux did not make the live stream"};

edge::problem describe(const streams::provisioning_failure& failure) {
  using enum streams::failed_step;
  const std::string left{failure.undone ? " Nothing was left behind."
                                        : " What was made will be cleared away."};
  if (failure.step != live_input && failure.step != live_stream) {
    return store_unavailable.with("The stream could not be stored." + left + " Try again.");
  }
  std::string detail = could_not(failure.cause) + '.' + left + " Try again in a minute.";
  detail.front() = 'C';
  return (failure.step == live_stream ? mux_failed : cloudflare_failed).with(std::move(detail));
}

edge::result<std::optional<std::string>> key_of(const edge::request& request) {
  auto key = request.headers.find("idempotency-key");
  if (!key) {
    return std::nullopt;
  }
  bool printable = std::ranges::all_of(*key, [](char each) { return each >= ' ' && each <= '~'; });
  if (key->empty() || key->size() > 255 || !printable) {
    return refuse(invalid_fields({{"Idempotency-Key", "must be 1 to 255 printable characters"}}));
  }
  return std::string{*key};
}

constexpr edge::problem_type key_used{.status = 422,
                                      .type = "idempotency-key-used",
                                      .title = "Idempotency-Key was already used for a different request",
                                      .detail =
                                          "Send what was sent with it first, or take a new Idempotency-Key."};

constexpr edge::problem_type answer_unreadable{.status = 422,
                                               .type = "idempotency-key-spent",
                                               .title =
                                                   "The response stored for this key can no longer be read",
                                               .detail = "The stream was made: find it among your streams."};

constexpr edge::problem_type answer_not_kept{
    .status = 503,
    .type = "answer-not-kept",
    .title = "The stream was made, but not kept as the answer to this key",
    .detail = "Send the same again in a minute for its answer.",
    .header = {"retry-after", "60"}};

std::string stored_text(const edge::response& answer) {
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

edge::result<> stored_answer(std::string_view text) {
  auto parsed = json::document::parse(text);
  if (!parsed) {
    return refuse(answer_unreadable);
  }
  json::value from = parsed->root();
  edge::response answer{.status = static_cast<int>(from["status"].integer().value_or(201)),
                        .headers = {{"idempotent-replayed", "true"}},
                        .body = from["body"].text_or_empty()};
  for (const json::value& each : from["headers"].elements()) {
    std::vector<json::value> field = each.elements();
    if (field.size() == 2) {
      answer.headers.add(field[0].text_or_empty(), field[1].text_or_empty());
    }
  }
  return answer;
}

} // namespace

edge::task<edge::result<std::shared_ptr<creation>>> begin_creation(edge::context& request) {
  caller user = co_await authenticate(request);
  const std::string text = co_await edge::read_body(request, body_limit);
  json::document body = co_await parse_json(request.request, text);
  streams::settings settings = co_await settings_of(request);
  const auto key = co_await key_of(request.request);
  auto creation =
      std::make_shared<api::creation>(request, std::move(user), std::move(body), std::move(settings));
  if (!key) {
    co_return creation;
  }

  const std::string what = std::string{request.request.path()} + '\n' + text;
  auto& once = creation->once.emplace(request.host, creation->settings, creation->user.subject, *key, what,
                                      request.request_id);
  auto start = co_await attempt(once.begin());
  if (!start) {
    const bool lost = start.error().kind == edge::error_kind::not_opened;
    co_return refuse(lost ? answer_unreadable : store_unavailable);
  }
  using enum streams::idempotent_creation::state;
  switch (start->is) {
  case running: co_return refuse(still_running);
  case different_request: co_return refuse(key_used);
  case answered: creation->earlier_answer = co_await stored_answer(start->answer); break;
  case begun: creation->identity = std::move(start->identity); break;
  }
  if (start->made) {
    auto secrets =
        co_await attempt(streams::read_credentials(request.host, creation->settings, *start->made));
    if (!secrets) {
      co_await once.abandon(false);
      co_return refuse(store_unavailable);
    }
    creation->made = {.record = std::move(*start->made), .credentials = std::move(*secrets)};
  }
  co_return creation;
}

edge::task<edge::result<streams::provisioned_stream>> provision(std::shared_ptr<creation> of,
                                                                streams::wanted_stream wanted) {
  co_await check_rate(of->request, of->user.subject);
  auto made = co_await attempt(of->provisioner.provision(std::move(wanted)));
  if (!made) {
    co_return refuse(describe(made.error()));
  }
  of->request.after_answering([of] { return of->provisioner.remove_leftovers(); });
  co_return std::move(*made);
}

edge::task<edge::result<>> finish_creation(creation& of, edge::result<> answer) {
  if (!of.once) {
    co_return answer;
  }
  if (!answer) {
    const bool begun_before = of.identity && of.identity->begun_before;
    co_await of.once->abandon(answer.error().status < 500 && !begun_before);
    co_return answer;
  }
  const auto finished = co_await attempt(of.once->finish(stored_text(*answer)));
  if (!finished) {
    co_return refuse(answer_not_kept);
  }
  co_return answer;
}

} // namespace api
