#include "edge/http/problem.h"

#include "json/writer.h"

namespace edge {

problem problem_type::with(std::string composed_detail) const {
  problem made{.status = status, .type = type, .title = title, .detail = std::move(composed_detail)};
  if (!header.first.empty()) {
    made.headers.add(std::string{header.first}, std::string{header.second});
  }
  return made;
}

problem_type::operator problem() const { return with(std::string{detail}); }

std::unexpected<problem> refuse(const problem_type& what) { return std::unexpected<problem>{what}; }

response to_response(const problem& what, std::string_view request_id) {
  json::object body;
  body.set("type", "urn:whip-mux:problem:" + std::string{std::string_view{what.type}})
      .set("title", std::string_view{what.title})
      .set("status", what.status)
      .set("detail", what.detail);
  if (!request_id.empty()) {
    body.set("requestId", request_id);
  }
  if (!what.fields.empty()) {
    json::array fields;
    for (const invalid_field& each : what.fields) {
      fields.add(json::object().set("field", each.field).set("detail", each.detail));
    }
    body.set("errors", std::move(fields));
  }
  response answer{.status = what.status, .headers = what.headers, .body = body.dump()};
  answer.headers.add("content-type", "application/problem+json");
  return answer;
}

} // namespace edge
