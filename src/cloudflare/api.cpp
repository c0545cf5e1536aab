// What all calls to Cloudflare Stream have in common.
#include "cloudflare/api.h"

#include "cloudflare/answer.h"
#include "cloudflare/form.h"

#include <utility>

namespace cloudflare {

edge::task<std::expected<std::string, edge::error>> api::send(call what) {
  // An id that came from somewhere else than Cloudflare never gets into a URL.
  if ((what.id && !form::is_id(*what.id)) || (what.second_id && !form::is_id(*what.second_id))) {
    co_return std::unexpected(refused(what.step, "this is no id"));
  }
  std::string url = settings_.api_url + "/accounts/" + settings_.account_id + "/stream";
  url.append(what.collection);
  if (what.id) {
    url.append("/").append(*what.id);
  }
  url.append(what.rest);
  if (what.second_id) {
    url.append("/").append(*what.second_id);
  }
  edge::operation::fetch request{
      .method = std::string(what.method),
      .url = std::move(url),
      .headers = {{"Authorization", std::string("Bearer ").append(settings_.api_token.text())},
                  {"Accept", "application/json"}},
      .body = what.body.value_or(""),
      .timeout = call_timeout,
      .body_limit = what.limit};
  if (what.body) {
    request.headers.add("Content-Type", "application/json");
  }
  if (what.idempotency_key) {
    request.headers.add("Idempotency-Key", std::string(*what.idempotency_key));
  }
  co_return body_of(what.step, co_await host_.fetch(what.label, std::move(request), deadline_));
}

edge::task<std::expected<json::document, edge::error>> api::ask(call what) {
  const std::string_view step = what.step;
  const std::string body = co_await co_await send(std::move(what));
  co_return document_of(step, body);
}

// What Cloudflare answers to a deletion is an empty text here, an empty object there: unless it says that it
// was no success, it was one.
edge::task<std::expected<void, edge::error>> api::remove(call what) {
  const std::string_view step = what.step;
  const auto body = co_await send(std::move(what));
  if (!body && body.error().kind != edge::error_kind::not_found) {
    co_return std::unexpected(body.error());
  }
  if (body) {
    const auto answer = document_of(step, *body);
    if (!answer && answer.error().kind == edge::error_kind::rejected) {
      co_return std::unexpected(answer.error());
    }
  }
  co_return std::expected<void, edge::error>();
}

} // namespace cloudflare
