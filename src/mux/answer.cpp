// Mux's statuses as errors.
#include "mux/answer.h"

#include "edge/http_error.h"

#include <algorithm>
#include <array>
#include <utility>

namespace mux {
namespace {

// The type of an error, if it is one that Mux documents: what else may stand there is not passed on.
std::string_view error_type_in(std::string_view body) {
  constexpr std::array<std::string_view, 3> documented{"invalid_parameters", "unauthorized", "not_found"};
  const auto document = json::document::parse(body); // a body of 429 or 5xx need not be JSON
  if (!document) {
    return {};
  }
  const auto type = document->root()["error"]["type"].text();
  const auto known = std::ranges::find(documented, type.value_or(""));
  return known == documented.end() ? std::string_view() : *known;
}

} // namespace

std::expected<std::string, edge::error> body_of(std::string_view step,
                                                edge::outcome_of<edge::operation::fetch>&& outcome) {
  std::string refusal;
  auto answer = edge::succeeded(step, std::move(outcome), &refusal);
  if (answer) {
    return std::move(answer->body);
  }
  answer.error().why = error_type_in(refusal);
  return std::unexpected(answer.error());
}

std::expected<json::document, edge::error> document_of(std::string_view step, std::string_view body) {
  return json::document::parse(body).transform_error([&](json::parse_error) { return malformed(step); });
}

edge::error malformed(std::string_view step) { return {.kind = edge::error_kind::malformed, .what = step}; }

edge::error refused(std::string_view step, std::string_view why) {
  return {.kind = edge::error_kind::rejected, .what = step, .why = why};
}

edge::error too_many(std::string_view step) {
  return {.kind = edge::error_kind::too_large, .what = step, .why = "there are too many"};
}

} // namespace mux
