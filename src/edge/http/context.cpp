#include "edge/http/context.h"

#include "json/number.h"

#include <utility>

namespace edge {

namespace {

problem body_too_large(std::uint32_t limit) {
  return {.status = 413,
          .type = "body-too-large",
          .title = "The body is too large",
          .detail = "Send at most " + json::decimal(limit) + " bytes."};
}

// An unreadable length says nothing: reading decides.
bool announces_more_than(std::uint32_t limit, const headers& fields) {
  const std::string_view length = fields.find("content-length").value_or("");
  if (length.empty() || length.find_first_not_of("0123456789") != std::string_view::npos) {
    return false;
  }
  const auto announced = json::integer_of(length);
  return !announced || std::cmp_greater(*announced, limit);
}

} // namespace

task<result<std::string>> read_body(context& request, std::uint32_t limit) {
  if (announces_more_than(limit, request.request.headers)) {
    co_return std::unexpected(body_too_large(limit));
  }
  auto body = co_await attempt(request.host.perform(operation::read_body{limit}));
  if (body) {
    co_return std::move(*body);
  }
  if (body.error().kind == error_kind::too_large) {
    co_return std::unexpected(body_too_large(limit));
  }
  co_return std::unexpected(
      problem{.status = 400,
              .type = "body-unreadable",
              .title = "The body did not arrive",
              .detail = "The connection broke before the whole body was here: send it again."});
}

} // namespace edge
