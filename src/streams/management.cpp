#include "streams/management.h"

#include "streams/latest_json.h"

#include <algorithm>

namespace streams {

void management::fold(const change& asked) {
  switch (asked.kind) {
  case change_kind::renamed: title_.join(asked.at, asked.title); break;
  case change_kind::simulcast_set: simulcast_.join(asked.at, asked.simulcast); break;
  case change_kind::ended: ended_.join(asked.at, {}); break;
  case change_kind::deleted: deleted_.join(asked.at, {}); break;
  }
}

void management::join(const management& other) {
  title_.join(other.title_);
  simulcast_.join(other.simulcast_);
  ended_.join(other.ended_);
  deleted_.join(other.deleted_);
}

std::optional<edge::timestamp> management::newest_change() const {
  std::optional<edge::timestamp> newest;
  auto look_at = [&](const auto& what) {
    if (what) newest = std::max(newest.value_or(what.at()), what.at());
  };
  look_at(title_);
  look_at(simulcast_);
  look_at(ended_);
  look_at(deleted_);
  return newest;
}

json::object management::to_json() const {
  json::object to;
  if (title_) to.set("title", said(title_));
  if (simulcast_) to.set("simulcast", said(simulcast_));
  write_time(to, "ended", ended_);
  write_time(to, "deleted", deleted_);
  return to;
}

management management::from_json(const json::value& from) {
  management to;
  read_text(from["title"], to.title_);
  auto simulcast = from["simulcast"].at(1).boolean();
  if (auto at = time_said(from["simulcast"]); at && simulcast) to.simulcast_.join(*at, *simulcast);
  read_time(from["ended"], to.ended_);
  read_time(from["deleted"], to.deleted_);
  return to;
}

} // namespace streams
