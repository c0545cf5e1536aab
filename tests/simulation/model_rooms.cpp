#include "simulation/model_rooms.h"

#include "edge/environment.h"

#include <algorithm>

namespace simulation {

void model_rooms::wake(const edge::operation::wake& what) {
  room& its = rooms_[what.name];
  const edge::timestamp at{edge::milliseconds{what.at}};
  const auto due = its.due.try_emplace(what.what, at).first;
  due->second = std::min(due->second, at);
  if (!what.memory.empty()) {
    its.memory = what.memory;
  }
}

std::optional<edge::timestamp> model_rooms::next() const {
  std::optional<edge::timestamp> first;
  for (const auto& [name, its] : rooms_) {
    for (const auto& [what, at] : its.due) {
      first = std::min(first.value_or(at), at);
    }
  }
  return first;
}

std::optional<model_rooms::ringing> model_rooms::take(edge::timestamp now) {
  const auto first = next();
  if (!first || *first > now) {
    return std::nullopt;
  }
  const auto found = std::ranges::find_if(rooms_, [&](const auto& each) {
    return std::ranges::any_of(each.second.due, [&](const auto& due) { return due.second == *first; });
  });
  auto& [name, its] = *found;
  ringing taken{.name = name, .due = {}, .memory = its.memory};
  std::erase_if(its.due, [&](const auto& each) {
    if (each.second > now) {
      return false;
    }
    taken.due += (taken.due.empty() ? "" : ",") + each.first;
    return true;
  });
  return taken;
}

void model_rooms::ring_again(const ringing& what, edge::timestamp now) {
  for (const std::string& each : edge::split_list(what.due)) {
    rooms_[what.name].due.try_emplace(each, now + std::chrono::minutes{1});
  }
}

std::optional<edge::timestamp> model_rooms::turn(const edge::operation::pace& of, edge::timestamp now) {
  edge::timestamp& next = paces_[of.name];
  const edge::timestamp turn = std::max(next, now - (of.burst - 1) * of.gap);
  if (turn > now + of.longest) {
    return std::nullopt;
  }
  next = turn + of.gap;
  return std::max(turn, now);
}

} // namespace simulation
