// An error answer: problem details (RFC 9457) with a stable type and a detail that says what to do.
#pragma once

#include "edge/http/headers.h"
#include "edge/http/response.h"

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace edge {

struct invalid_field {
  std::string field;
  std::string detail;
};

// A text of the program itself, which outlives every answer. The compiler refuses any other.
class literal {
public:
  // NOLINTNEXTLINE(google-explicit-constructor): a literal is one as it stands
  consteval literal(const char* text) : text_(text) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  constexpr operator std::string_view() const noexcept { return text_; }
  friend constexpr bool operator==(literal left, std::string_view right) { return left.text_ == right; }

private:
  std::string_view text_;
};

struct problem {
  int status;
  literal type; // "invalid-field" for urn:whip-mux:problem:invalid-field
  literal title;
  std::string detail;
  std::vector<invalid_field> fields = {};
  edge::headers headers = {};
};

// A problem as a constant. `co_return refuse(no_such_stream);` ends a handler with it.
struct problem_type {
  int status;
  literal type;
  literal title;
  std::string_view detail = {};
  std::pair<std::string_view, std::string_view> header = {}; // that it adds, if it has a name

  operator problem() const; // NOLINT(google-explicit-constructor): a constant is a problem as it stands
  // The same with a detail of this occasion.
  [[nodiscard]] problem with(std::string composed_detail) const;
};

std::unexpected<problem> refuse(const problem_type& what);
inline std::unexpected<problem> refuse(problem what) { return std::unexpected{std::move(what)}; }

// What a handler returns, or a step of one: an answer or a value, or the problem to answer with.
template <class T = response>
using result = std::expected<T, problem>;

// The answer that carries it, with the request's id unless that is empty.
response to_response(const problem& what, std::string_view request_id);

} // namespace edge
