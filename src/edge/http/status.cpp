#include "edge/http/status.h"

#include "edge/environment.h"

namespace edge {

namespace {

error_kind kind_of(int status) {
  using enum error_kind;
  if (status == 429) {
    return throttled;
  }
  if (status == 401 || status == 403) {
    return unauthorized;
  }
  if (status == 404) {
    return not_found;
  }
  if (status >= 400 && status < 500) {
    return rejected;
  }
  if (status >= 500 && status < 600) {
    return unavailable;
  }
  return malformed; // redirects too: no API used here has them
}

// Retry-After in seconds. Ignores dates, malformed values and more than an hour.
std::optional<milliseconds> retry_after(const headers& fields) {
  constexpr std::uint32_t longest = 3600;
  const auto seconds = whole_number(fields.find("retry-after").value_or(""));
  if (!seconds || *seconds > longest) {
    return std::nullopt;
  }
  return std::chrono::seconds{*seconds};
}

} // namespace

outcome<operation::fetch::result> succeeded(std::string_view step, outcome_of<operation::fetch>&& outcome,
                                            std::string* failed) {
  if (outcome && outcome->status >= 200 && outcome->status < 300) {
    return std::move(outcome);
  }
  if (outcome) {
    error refused{.kind = kind_of(outcome->status),
                  .what = step,
                  .status = outcome->status,
                  .retry_after = retry_after(outcome->headers)};
    if (failed) {
      *failed = std::move(outcome->body);
    }
    return std::unexpected(refused);
  }
  error missing = outcome.error();
  missing.what = step;
  // A call whose response is too long has taken effect.
  if (missing.kind == error_kind::too_large) {
    missing.kind = error_kind::malformed;
  }
  return std::unexpected(missing);
}

} // namespace edge
