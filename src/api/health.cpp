#include "api/health.h"

#include "json/object.h"

namespace api {

edge::task<edge::answer> health(edge::context&) {
  co_return edge::response{.status = 200,
                           .headers = {{"content-type", "application/json"}},
                           .body = json::object().set("status", "ok").dump()};
}

} // namespace api
