#include "streams/store/memorial.h"

#include "json/reader.h"
#include "json/writer.h"

#include <algorithm>

namespace streams {

bool memorial::admits(std::string_view subject) const {
  return subject == owner || subject == funeral_director || std::ranges::contains(videographers, subject);
}

std::string memorial::to_text() const {
  return json::object()
      .set("owner", owner)
      .set("funeralDirector", funeral_director)
      .set("videographers", videographers)
      .dump();
}

std::optional<memorial> memorial::from_text(std::string_view text) {
  auto parsed = json::document::parse(text);
  if (!parsed) return std::nullopt;
  json::value from = parsed->root();
  auto owner = from["owner"].text();
  if (!owner) return std::nullopt;
  memorial to{.owner = std::string{*owner}};
  if (auto director = from["funeralDirector"].text()) to.funeral_director = std::string{*director};
  for (const json::value& each : from["videographers"].elements())
    to.videographers.emplace_back(each.text().value_or(""));
  return to;
}

} // namespace streams
