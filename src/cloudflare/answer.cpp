// Cloudflare's statuses and envelopes as errors.
#include "cloudflare/answer.h"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <system_error>
#include <utility>

namespace cloudflare {
namespace {

// Who goes beyond the limit is refused for five minutes, whatever is asked for.
constexpr std::chrono::seconds throttle_window{300};

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

// In seconds, as Cloudflare writes it.
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

std::string with_code(std::string_view step, const json::value& envelope) {
  const auto code = envelope["errors"].at(0)["code"].integer();
  return code ? std::string(step) + ": code " + std::to_string(*code) : std::string(step);
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
  const auto document =
      json::document::parse(outcome->body); // a body of 5xx need not be JSON, and may be empty
  edge::error error{.kind = kind_of(outcome->status),
                    .what = document ? with_code(step, document->root()) : std::string(step),
                    .status = outcome->status,
                    .retry_after = retry_after(outcome->headers)};
  if (error.kind == edge::error_kind::throttled && !error.retry_after) {
    error.retry_after = throttle_window;
  }
  return std::unexpected(std::move(error));
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
    return std::unexpected(
        edge::error{.kind = edge::error_kind::rejected, .what = with_code(step, envelope), .status = 200});
  }
  return *std::move(document);
}

edge::error malformed(std::string_view step, std::string_view why) {
  std::string what(step);
  if (!why.empty()) {
    what.append(": ").append(why);
  }
  return {.kind = edge::error_kind::malformed, .what = std::move(what)};
}

} // namespace cloudflare
