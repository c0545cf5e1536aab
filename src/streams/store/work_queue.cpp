#include "streams/store/work_queue.h"

#include "json/reader.h"
#include "json/writer.h"

namespace streams {

std::string intent::to_text() const {
  return json::object()
      .set("tag", tag)
      .set("createdBy", created_by)
      .set_if("memorialId", memorial_id)
      .set("createdAt", created_at.time_since_epoch().count())
      .dump();
}

std::optional<intent> intent::from_text(std::string_view stream_id, std::string_view text) {
  auto parsed = json::document::parse(text);
  if (!parsed) return std::nullopt;
  json::value from = parsed->root();
  auto tag = from["tag"].text();
  auto created_by = from["createdBy"].text();
  auto created_at = from["createdAt"].integer();
  if (!tag || !created_by || !created_at) return std::nullopt;
  return intent{.stream_id = std::string{stream_id},
                .tag = std::string{*tag},
                .created_by = std::string{*created_by},
                .memorial_id = from["memorialId"].text().transform([](auto id) { return std::string{id}; }),
                .created_at = edge::timestamp{std::chrono::microseconds{*created_at}}};
}

} // namespace streams
