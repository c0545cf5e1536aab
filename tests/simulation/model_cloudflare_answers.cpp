#include "simulation/model_cloudflare_answers.h"

namespace simulation::cloudflare_answers {

edge::operation::fetch::result give(const json::item& result) {
  return {.status = 200,
          .headers = {{"content-type", "application/json"}},
          .body = json::object()
                      .set("result", result)
                      .set("success", true)
                      .set("errors", json::array())
                      .set("messages", json::array())
                      .dump()};
}

edge::operation::fetch::result refuse(int status, int code) {
  json::array errors;
  errors.add(json::object().set("code", code).set("message", "No."));
  return {.status = status,
          .headers = {{"content-type", "application/json"}},
          .body = json::object()
                      .set("result", nullptr)
                      .set("success", false)
                      .set("errors", std::move(errors))
                      .set("messages", json::array())
                      .dump()};
}

} // namespace simulation::cloudflare_answers
