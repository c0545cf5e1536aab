// What all calls to Mux have in common.
#include "mux/api.h"

#include "crypto/base64.h"
#include "mux/answer.h"
#include "mux/form.h"

#include <utility>

namespace mux {
namespace {

std::string authorization(const settings& with) {
  return "Basic " + crypto::base64_encode(with.token_id + ':' + std::string(with.token_secret.text()));
}

} // namespace

edge::task<std::expected<std::string, edge::error>> api::send(call what) {
  std::string url = settings_.api_url + "/video/v1/";
  url.append(what.collection);
  if (what.id) {
    // An id that came from somewhere else than Mux never gets into a URL.
    if (!form::is_id(*what.id)) {
      co_return std::unexpected(refused(what.step, "this is no id"));
    }
    url.append("/").append(*what.id).append(what.rest);
  }
  edge::operation::fetch request{
      .method = std::string(what.method),
      .url = std::move(url.append(what.query)),
      .headers = {{"Authorization", authorization(settings_)}, {"Accept", "application/json"}},
      .body = what.body.value_or(""),
      .timeout = call_timeout,
      .body_limit = what.limit};
  if (what.body) {
    request.headers.add("Content-Type", "application/json");
  }
  co_return body_of(what.step, co_await host_.fetch(what.label, std::move(request), deadline_));
}

edge::task<std::expected<json::document, edge::error>> api::ask(call what) {
  const std::string_view step = what.step;
  const std::string body = co_await co_await send(std::move(what));
  co_return document_of(step, body);
}

edge::task<std::expected<void, edge::error>> api::carry_out(call what, std::optional<edge::error_kind> done) {
  const auto body = co_await send(std::move(what));
  if (!body && (body.error().kind != done || body.error().status == 0)) {
    co_return std::unexpected(body.error());
  }
  co_return std::expected<void, edge::error>();
}

std::string api::page_query(std::size_t page) {
  return "?limit=" + std::to_string(page_size) + "&page=" + std::to_string(page);
}

} // namespace mux
