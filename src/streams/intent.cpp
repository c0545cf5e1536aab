#include "streams/intent.h"

#include "json/object.h"

namespace streams {

std::string intent::to_text() const {
  return json::object()
      .set("tag", tag)
      .set("createdBy", created_by)
      .set("createdAt", created_at.time_since_epoch().count())
      .dump();
}

} // namespace streams
