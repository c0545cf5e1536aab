// Mux's statuses as errors.
#include "mux/answer.h"

#include "mux/form.h"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <system_error>
#include <utility>

namespace mux {
namespace {

edge::error_kind kind_of(int status) {
  if (status == 429) {
    return edge::error_kind::throttled;
  }
  if (status == 401 || status == 403) {
    return edge::error_kind::unauthorized;
  }
  if (status == 404) {
    return edge::error_kind::not_found;
  }
  if (status >= 400 && status < 500) {
    return edge::error_kind::rejected;
  }
  if (status >= 500 && status < 600) {
    return edge::error_kind::unavailable;
  }
  return edge::error_kind::malformed; // a redirect among them: the API has none
}

// Seconds only, as Mux's own library reads it first; a date or nonsense is as good as no header.
std::optional<edge::milliseconds> retry_after(const edge::headers& fields) {
  constexpr std::uint32_t longest = 3600;
  const std::string_view text = fields.find("retry-after").value_or("");
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  std::uint32_t seconds = 0;
  const auto [stop, error] = std::from_chars(begin, end, seconds);
  if (error != std::errc() || stop != end || seconds > longest) {
    return std::nullopt;
  }
  return std::chrono::seconds(seconds);
}

// A body of 429 or 5xx need not be JSON; then it has no type.
std::string error_type_in(std::string_view body) {
  const auto document = json::document::parse(body);
  return document
             ? form::text_in(document->root()["error"]["type"], form::is_error_type).value_or(std::string())
             : std::string();
}

} // namespace

std::expected<std::string, edge::error> body_of(std::string_view step,
                                                edge::outcome_of<edge::operation::fetch>&& outcome) {
  if (!outcome) {
    edge::error error = std::move(outcome).error();
    error.what = step;
    // A call whose answer is too long has been carried out.
    if (error.kind == edge::error_kind::too_large) {
      error.kind = edge::error_kind::malformed;
    }
    return std::unexpected(std::move(error));
  }
  if (outcome->status >= 200 && outcome->status < 300) {
    return std::move(outcome->body);
  }
  std::string what(step);
  if (const std::string type = error_type_in(outcome->body); !type.empty()) {
    what.append(": ").append(type);
  }
  return std::unexpected(edge::error{.kind = kind_of(outcome->status),
                                     .what = std::move(what),
                                     .status = outcome->status,
                                     .retry_after = retry_after(outcome->headers)});
}

std::expected<json::document, edge::error> document_of(std::string_view step, std::string_view body) {
  return json::document::parse(body).transform_error([&](json::parse_error) { return malformed(step); });
}

edge::error malformed(std::string_view step) {
  return {.kind = edge::error_kind::malformed, .what = std::string(step)};
}

} // namespace mux
