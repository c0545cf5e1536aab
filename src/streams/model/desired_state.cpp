#include "streams/model/desired_state.h"

#include "streams/model/registers.h"

#include <algorithm>

namespace streams {

void desired_state::fold(const change& asked) {
  switch (asked.kind) {
  case change_kind::renamed: title_.join(asked.at, asked.title); break;
  case change_kind::simulcast_set: simulcast_.join(asked.at, asked.simulcast); break;
  case change_kind::ended: ended_.join(asked.at, {}); break;
  case change_kind::closed: closed_.join(asked.at, {}); break;
  case change_kind::rotated: rotated_.join(asked.at, {}); break;
  case change_kind::deleted: deleted_.join(asked.at, {}); break;
  case change_kind::recordings_deleted: recordings_deleted_.join(asked.at, {}); break;
  case change_kind::recordings_checked: checked_.join(asked.at, {}); break;
  case change_kind::backup_attached:
    if (asked.backup) backup_.join(asked.at, *asked.backup);
    break;
  case change_kind::publishing_begun:
  case change_kind::publishing_ended: break; // broadcast_state's
  }
}

void desired_state::join(const desired_state& other) {
  title_.join(other.title_);
  simulcast_.join(other.simulcast_);
  ended_.join(other.ended_);
  closed_.join(other.closed_);
  rotated_.join(other.rotated_);
  deleted_.join(other.deleted_);
  recordings_deleted_.join(other.recordings_deleted_);
  checked_.join(other.checked_);
  backup_.join(other.backup_);
}

std::optional<edge::timestamp> desired_state::newest_change() const {
  std::optional<edge::timestamp> newest;
  auto look_at = [&](const auto& what) {
    if (what) newest = std::max(newest.value_or(what.at()), what.at());
  };
  look_at(title_);
  look_at(simulcast_);
  look_at(ended_);
  look_at(closed_);
  look_at(rotated_);
  look_at(deleted_);
  look_at(recordings_deleted_);
  look_at(backup_);
  return newest;
}

json::object desired_state::to_json() const {
  json::object to;
  if (title_) to.set("title", said(title_));
  if (simulcast_) to.set("simulcast", said(simulcast_));
  write_time(to, "ended", ended_);
  write_time(to, "closed", closed_);
  write_time(to, "rotated", rotated_);
  write_time(to, "deleted", deleted_);
  write_time(to, "recordingsDeleted", recordings_deleted_);
  write_time(to, "checked", checked_);
  if (backup_) to.set("backup", json::array().add(number_of(backup_.at())).add(backup_.value().to_json()));
  return to;
}

desired_state desired_state::from_json(const json::value& from) {
  desired_state to;
  read_text(from["title"], to.title_);
  auto simulcast = from["simulcast"].at(1).boolean();
  if (auto at = time_said(from["simulcast"]); at && simulcast) to.simulcast_.join(*at, *simulcast);
  read_time(from["ended"], to.ended_);
  read_time(from["closed"], to.closed_);
  read_time(from["rotated"], to.rotated_);
  read_time(from["deleted"], to.deleted_);
  read_time(from["recordingsDeleted"], to.recordings_deleted_);
  read_time(from["checked"], to.checked_);
  if (auto at = time_said(from["backup"]))
    if (auto backup = mux_side::from_json(from["backup"].at(1))) to.backup_.join(*at, std::move(*backup));
  return to;
}

} // namespace streams
