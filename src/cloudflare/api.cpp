// How Cloudflare Stream is called.
#include "cloudflare/api.h"

#include "cloudflare/reading.h"
#include "json/reader.h"

#include <chrono>

namespace cloudflare {

namespace {

// Cloudflare's number for what is wrong, or zero.
std::int64_t code_in(const json::value& envelope) {
  return envelope["errors"].at(0)["code"].integer().value_or(0);
}

// Passes on the number of an error. Cloudflare refuses everything for five minutes after too many calls.
void explain(std::string_view body, edge::error& refusal) {
  if (const auto document = json::document::parse(body)) { // the body of a 5xx may be anything
    refusal.code = code_in(document->root());
    if (refusal.code == api::still_live) {
      refusal.why = "it is still being recorded";
    }
  }
  if (refusal.kind == edge::error_kind::throttled && !refusal.retry_after) {
    refusal.retry_after = std::chrono::seconds{300};
  }
}

// Cloudflare may say in an answer of 200 that the call was no success.
edge::status check(std::string_view step, const json::value& envelope) {
  const auto success = envelope["success"].boolean();
  if (!success) {
    return std::unexpected(providers::malformed(step));
  }
  if (!*success) {
    return std::unexpected(edge::error{
        .kind = edge::error_kind::rejected, .what = step, .status = 200, .code = code_in(envelope)});
  }
  return {};
}

constexpr providers::dialect dialect{.is_id = form::is_id, .explain = explain, .check = check};

} // namespace

api::api(edge::host& host, const settings& with, edge::timestamp deadline)
    : host_(host), settings_(with), deadline_(deadline),
      client_(host, deadline, dialect, with.api_url + "/accounts/" + with.account_id + "/stream",
              edge::headers{{"Authorization", "Bearer " + std::string{with.api_token.text()}}}) {}

} // namespace cloudflare
