#include "streams/store/memorial_store.h"

#include "json/reader.h"
#include "json/writer.h"
#include "streams/store/keys.h"

#include <algorithm>
#include <utility>

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
  if (!parsed) {
    return std::nullopt;
  }
  json::value from = parsed->root();
  auto owner = from["owner"].text();
  if (!owner) {
    return std::nullopt;
  }
  memorial to{.owner = std::string{*owner}};
  if (auto director = from["funeralDirector"].text()) {
    to.funeral_director = std::string{*director};
  }
  for (const json::value& each : from["videographers"].elements()) {
    to.videographers.emplace_back(each.text().value_or(""));
  }
  return to;
}

edge::task<edge::status> memorial_store::put(std::string_view memorial_id, const memorial& what) {
  return kv_.put(keys::memorial(memorial_id), what.to_text());
}

edge::task<edge::status> memorial_store::remove(std::string_view memorial_id) {
  return kv_.remove(keys::memorial(memorial_id));
}

edge::task<edge::outcome<std::optional<memorial>>> memorial_store::get(std::string_view memorial_id) {
  auto text = co_await kv_.get(keys::memorial(memorial_id));
  if (!text) {
    co_return std::nullopt;
  }
  auto found = memorial::from_text(*text);
  if (!found) {
    co_return std::unexpected(edge::error{edge::error_kind::malformed, "read the memorial"});
  }
  co_return std::move(*found);
}

edge::task<edge::outcome<std::vector<std::optional<memorial>>>>
memorial_store::get_all(const std::vector<std::string>& memorial_ids) {
  std::vector<std::string> wanted;
  wanted.reserve(memorial_ids.size());
  for (const std::string& each : memorial_ids) {
    wanted.push_back(keys::memorial(each));
  }
  const std::vector<kv::entry> read = co_await kv_.get_all(std::move(wanted));
  std::vector<std::optional<memorial>> known;
  for (const kv::entry& each : read) {
    known.push_back(each.found ? memorial::from_text(each.value) : std::nullopt);
    if (each.found && !known.back()) {
      co_return std::unexpected(edge::error{edge::error_kind::malformed, "read the memorial"});
    }
  }
  co_return known;
}

} // namespace streams
