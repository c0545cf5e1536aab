#include "streams/change.h"

#include "json/document.h"
#include "json/object.h"
#include "streams/names.h"

namespace streams {

namespace {

constexpr names<change_kind, 4> kind_names{{{change_kind::renamed, "renamed"},
                                            {change_kind::ended, "ended"},
                                            {change_kind::simulcast_set, "simulcast"},
                                            {change_kind::deleted, "deleted"}}};

} // namespace

std::string change::to_metadata() const {
  json::object to;
  to.set("id", id).set("kind", name_in(kind_names, kind)).set("at", at.time_since_epoch().count());
  if (kind == change_kind::renamed) to.set("title", title);
  if (kind == change_kind::simulcast_set) to.set("simulcast", simulcast);
  return to.dump();
}

std::optional<change> change::from_metadata(std::string_view text) {
  auto parsed = json::document::parse(text);
  if (!parsed) return std::nullopt;
  json::value from = parsed->root();
  auto id = from["id"].text();
  auto kind = named_in(kind_names, from["kind"].text());
  auto at = from["at"].integer();
  if (!id || !kind || !at) return std::nullopt;
  return change{.id = std::string{*id},
                .kind = *kind,
                .at = edge::timestamp{std::chrono::microseconds{*at}},
                .title = std::string{from["title"].text().value_or("")},
                .simulcast = from["simulcast"].boolean().value_or(false)};
}

} // namespace streams
