// Cloudflare's statuses and envelopes as errors.
#include "cloudflare/answer.h"

#include "cloudflare/api.h"
#include "edge/http_error.h"

#include <chrono>
#include <utility>

namespace cloudflare {
namespace {

// Who goes beyond the limit is refused for five minutes, whatever is asked for.
constexpr std::chrono::seconds throttle_window{300};

// Cloudflare's number for what is wrong; zero where there is none.
std::int64_t code_in(const json::value& envelope) {
  return envelope["errors"].at(0)["code"].integer().value_or(0);
}

} // namespace

std::expected<std::string, edge::error> body_of(std::string_view step,
                                                edge::outcome_of<edge::operation::fetch>&& outcome) {
  std::string refusal;
  auto answer = edge::succeeded(step, std::move(outcome), &refusal);
  if (answer) {
    return std::move(answer->body);
  }
  edge::error error = answer.error();
  // A body of 5xx need not be JSON, and may be empty.
  if (const auto document = json::document::parse(refusal)) {
    error.code = code_in(document->root());
    if (error.code == api::still_live) {
      error.why = "it is still being recorded";
    }
  }
  if (error.kind == edge::error_kind::throttled && !error.retry_after) {
    error.retry_after = throttle_window;
  }
  return std::unexpected(error);
}

std::expected<json::document, edge::error> document_of(std::string_view step, std::string_view body) {
  auto document = json::document::parse(body);
  if (!document) {
    return std::unexpected(malformed(step));
  }
  const json::value envelope = document->root();
  const auto success = envelope["success"].boolean();
  if (!success) {
    return std::unexpected(malformed(step));
  }
  if (!*success) {
    return std::unexpected(edge::error{
        .kind = edge::error_kind::rejected, .what = step, .status = 200, .code = code_in(envelope)});
  }
  return *std::move(document);
}

edge::error malformed(std::string_view step, std::string_view why) {
  return {.kind = edge::error_kind::malformed, .what = step, .why = why};
}

edge::error refused(std::string_view step, std::string_view why) {
  return {.kind = edge::error_kind::rejected, .what = step, .why = why};
}

} // namespace cloudflare
