#include "providers/rest_client.h"

#include "edge/http/status.h"

#include <utility>

namespace providers {

namespace {

edge::outcome<json::document> document_of(std::string_view step, std::string_view body) {
  return json::document::parse_leniently(body).transform_error(
      [&](json::parse_error) { return malformed(step); });
}

} // namespace

edge::task<edge::outcome<json::document>> rest_client::ask(const call& what) {
  return ask(what.label, what.step, request_of(what));
}

edge::task<edge::status> rest_client::carry_out(const call& what, std::optional<edge::error_kind> done) {
  return carry_out(what.label, what.step, request_of(what), done);
}

edge::task<edge::outcome<json::document>> rest_client::ask(std::string_view label, std::string_view step,
                                                           edge::outcome<edge::operation::fetch> request) {
  edge::operation::fetch sent = co_await std::move(request);
  const bool reads = sent.method == "GET";
  auto outcome = co_await attempt(host_.fetch(label, std::move(sent), deadline_));
  // Reading takes no effect, so the length says nothing of one.
  if (reads && !outcome && outcome.error().kind == edge::error_kind::too_large) {
    co_return std::unexpected(edge::error{edge::error_kind::too_large, step});
  }
  const std::string body = co_await body_of(step, std::move(outcome));
  auto document = co_await document_of(step, body);
  if (dialect_.check != nullptr) {
    co_await dialect_.check(step, document.root());
  }
  co_return document;
}

edge::task<edge::status> rest_client::carry_out(std::string_view label, std::string_view step,
                                                edge::outcome<edge::operation::fetch> request,
                                                std::optional<edge::error_kind> done) {
  edge::operation::fetch sent = co_await std::move(request);
  auto outcome = co_await attempt(host_.fetch(label, std::move(sent), deadline_));
  const auto body = body_of(step, std::move(outcome));
  if (!body) {
    const bool was_answered = body.error().status != 0;
    co_return was_answered&& body.error().kind == done ? edge::status() : std::unexpected(body.error());
  }
  // Such an answer may be empty or of any form. It is a failure only if it says so.
  const auto document = json::document::parse(*body);
  if (document && dialect_.check != nullptr) {
    const auto checked = dialect_.check(step, document->root());
    if (!checked && checked.error().kind == edge::error_kind::rejected) {
      co_return checked;
    }
  }
  co_return edge::status();
}

edge::outcome<edge::operation::fetch> rest_client::request_of(const call& what) const {
  if (!what.refused_because.empty()) {
    return std::unexpected(refused(what.step, what.refused_because));
  }
  std::string url = url_;
  url.append(what.path);
  const auto append_id = [&](std::optional<std::string_view> id) {
    if (id) {
      url.append("/").append(*id);
    }
    return !id || dialect_.is_id(*id);
  };
  bool fits = append_id(what.id);
  url.append(what.rest);
  fits = append_id(what.second_id) && fits;
  if (!fits) {
    return std::unexpected(refused(what.step, "the id is malformed"));
  }
  edge::operation::fetch request{.method = std::string{what.method},
                                 .url = std::move(url.append(what.query)),
                                 .headers = fields_,
                                 .body = what.body.value_or(""),
                                 .timeout = call_timeout,
                                 .body_limit = what.limit};
  request.headers.add("Accept", "application/json");
  if (what.body) {
    request.headers.add("Content-Type", "application/json");
  }
  if (what.idempotency_key) {
    request.headers.add("Idempotency-Key", std::string{*what.idempotency_key});
  }
  return request;
}

edge::outcome<std::string> rest_client::body_of(std::string_view step,
                                                edge::outcome_of<edge::operation::fetch>&& outcome) const {
  std::string refusal;
  auto answer = edge::succeeded(step, std::move(outcome), &refusal);
  if (answer) {
    return std::move(answer->body);
  }
  edge::error error = answer.error();
  if (dialect_.explain != nullptr) {
    dialect_.explain(refusal, error);
  }
  return std::unexpected(error);
}

edge::error malformed(std::string_view step, std::string_view why) {
  return {.kind = edge::error_kind::malformed, .what = step, .why = why};
}

edge::error refused(std::string_view step, std::string_view why) {
  return {.kind = edge::error_kind::rejected, .what = step, .why = why};
}

edge::error too_many(std::string_view step) {
  return {.kind = edge::error_kind::too_large, .what = step, .why = "there are too many"};
}

} // namespace providers
