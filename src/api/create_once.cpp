#include "api/create_once.h"

#include "api/json_body.h"
#include "api/problems.h"
#include "json/array.h"
#include "streams/creation_turn.h"
#include "streams/kept_credentials.h"

#include <algorithm>

namespace api {

namespace {

std::expected<std::optional<std::string>, edge::problem> key_of(const edge::request& request) {
  auto key = request.headers.find("idempotency-key");
  if (!key) return std::nullopt;
  bool printable = std::ranges::all_of(*key, [](char each) { return each >= ' ' && each <= '~'; });
  if (key->empty() || key->size() > 255 || !printable)
    return std::unexpected(invalid_fields({{"Idempotency-Key", "must be 1 to 255 printable characters"}}));
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
  for (const auto& [name, value] : answer.headers) headers.add(json::array().add(name).add(value));
  return json::object()
      .set("status", answer.status)
      .set("headers", std::move(headers))
      .set("body", answer.body)
      .dump();
}

edge::answer from_text(std::string_view text) {
  auto parsed = json::document::parse(text);
  if (!parsed) return std::unexpected(answer_unreadable());
  auto text_of = [](const json::value& from) { return std::string{from.text().value_or("")}; };
  json::value from = parsed->root();
  edge::response answer{.status = static_cast<int>(from["status"].integer().value_or(201)),
                        .headers = {{"idempotent-replayed", "true"}},
                        .body = text_of(from["body"])};
  for (const json::value& each : from["headers"].elements()) {
    std::vector<json::value> field = each.elements();
    if (field.size() == 2) answer.headers.add(text_of(field[0]), text_of(field[1]));
  }
  return answer;
}

// The answer for a stream that was made by somebody who died before saying so.
edge::task<edge::answer> tell_of(const creation_request& asked, const streams::stream_record& stream,
                                 teller tell) {
  auto secrets = co_await streams::read_credentials(asked.request.host, asked.settings, stream);
  if (!secrets) co_return std::unexpected(store_unavailable());
  co_return tell(asked.request, {.record = stream, .credentials = std::move(*secrets)});
}

edge::task<edge::answer> take_turn(creation_request asked, std::string_view key, std::string_view body,
                                   creator make, teller tell) {
  const edge::request& sent = asked.request.request;
  std::string what = std::string{sent.path()} + '\n' + std::string{body};
  streams::creation_turn turn{asked.request.host,      asked.settings, asked.user.subject, key, what,
                              asked.request.request_id};
  auto standing = co_await turn.take();
  if (!standing) co_return std::unexpected(not_taken(standing.error()));
  using enum streams::creation_turn::state;
  if (standing->is == theirs) co_return std::unexpected(still_running());
  if (standing->is == another_request) co_return std::unexpected(key_used());
  if (standing->is == over) co_return from_text(standing->answer);

  bool begun_before = standing->identity.begun_before;
  asked.identity = std::move(standing->identity);
  edge::answer given = standing->made ? co_await tell_of(asked, *standing->made, tell) : co_await make(asked);
  if (!given) {
    co_await turn.give_up(given.error().status < 500 && !begun_before);
    co_return given;
  }
  auto finished = co_await turn.finish(to_text(*given));
  if (!finished) co_return std::unexpected(not_noted());
  co_return given;
}

} // namespace

edge::task<edge::answer> create_once(edge::context& request, creator make, teller tell) {
  caller user = co_await co_await authenticate(request);
  std::string text = co_await co_await edge::read_body(request, body_limit);
  json::document body = co_await parse_json(request.request, text);
  auto settings = streams::settings::read(request.host.settings());
  if (!settings) co_return std::unexpected(not_configured(settings.error()));
  auto key = co_await key_of(request.request);
  creation_request asked{
      .request = request, .user = user, .body = body, .settings = *settings, .identity = std::nullopt};
  if (!key) co_return co_await make(asked);
  co_return co_await take_turn(std::move(asked), *key, text, make, tell);
}

} // namespace api
