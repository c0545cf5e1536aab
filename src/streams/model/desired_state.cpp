#include "streams/model/desired_state.h"

#include <algorithm>

namespace streams {

void desired_state::fold(const change& asked) {
  switch (asked.kind) {
  case change_kind::renamed: title_.join(asked.at, asked.title); break;
  case change_kind::visibility_set: private_.join(asked.at, asked.is_private); break;
  case change_kind::downloads_set: downloads_.join(asked.at, asked.downloads); break;
  case change_kind::scheduled: start_.join(asked.at, asked.start); break;
  case change_kind::described:
    if (asked.text) {
      description_.join(asked.at, *asked.text);
    }
    break;
  case change_kind::covered:
    if (asked.text) {
      cover_.join(asked.at, *asked.text);
    }
    break;
  case change_kind::simulcast_set: simulcast_.join(asked.at, asked.simulcast); break;
  case change_kind::ended: ended_.join(asked.at, {}); break;
  case change_kind::closed: closed_.join(asked.at, {}); break;
  case change_kind::rotated: rotated_.join(asked.at, {}); break;
  case change_kind::stopped: stopped_.join(asked.at, {}); break;
  case change_kind::deleted: deleted_.join(asked.at, {}); break;
  case change_kind::recordings_deleted: recordings_deleted_.join(asked.at, {}); break;
  case change_kind::recordings_checked: checked_.join(asked.at, {}); break;
  case change_kind::backup_attached:
    if (asked.backup) {
      backup_.join(asked.at, *asked.backup);
    }
    break;
  case change_kind::publishing_begun:
  case change_kind::publishing_ended: // broadcast_state's
  case change_kind::invited:
  case change_kind::invite_cancelled:
  case change_kind::transferred:
  case change_kind::file_made:
  case change_kind::told:
  case change_kind::recording_removed: break;
  }
}

void desired_state::join(const desired_state& other) { join_registers(registers, *this, other); }

std::optional<edge::timestamp> desired_state::newest_change() const {
  std::optional<edge::timestamp> newest;
  auto include = [&](const auto& each) {
    const auto& asked = this->*each.member;
    // A check of the providers' lists is not a change.
    if (asked && each.name != "checked") {
      newest = std::max(newest.value_or(asked.at()), asked.at());
    }
  };
  std::apply([&](const auto&... each) { (include(each), ...); }, registers);
  return newest;
}

json::object desired_state::to_json() const {
  json::object to;
  write_registers(registers, to, *this);
  return to;
}

desired_state desired_state::from_json(const json::value& from) {
  desired_state to;
  read_registers(registers, from, to);
  return to;
}

} // namespace streams
