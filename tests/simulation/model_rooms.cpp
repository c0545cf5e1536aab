#include "simulation/model_rooms.h"

#include "edge/environment.h"

#include <algorithm>
#include <chrono>

namespace simulation {

namespace {

constexpr std::chrono::seconds between_counts{1};
constexpr std::chrono::seconds between_checks{30};

} // namespace

void model_rooms::wake(const edge::operation::wake& what) {
  room& its = rooms_[what.name];
  const edge::timestamp at{edge::milliseconds{what.at}};
  const auto due = its.due.try_emplace(what.what, at).first;
  due->second = std::min(due->second, at);
  if (!what.memory.empty()) {
    its.memory = what.memory;
  }
  plan();
}

void model_rooms::hear(const edge::operation::room& what, edge::timestamp now) {
  room& its = rooms_[what.name];
  if (what.code != 0) {
    ++rows_;
    if (what.closing.empty()) {
      its.known.clear();
      its.viewers.clear();
      its.memory.clear();
      plan();
    }
    return;
  }
  const bool joins = !what.tags.empty();
  bool is_news = false;
  for (const auto& [role, told] : what.messages) {
    const auto [known, is_new] = its.known.try_emplace(role);
    auto& [version, last] = known->second;
    if (is_new || (joins ? version < what.version : version <= what.version)) {
      version = what.version;
      last = told;
      is_news = true;
    }
  }
  if (is_news) {
    ++rows_;
    if (what.live && !its.is_live) {
      its.peak = 0;
    }
    its.is_live = what.live;
  }
  if (joins && !what.viewer.empty()) {
    its.viewers.insert(what.viewer);
  }
  if (!its.viewers.empty() && !its.counts) {
    its.counts = now + between_counts;
  }
}

void model_rooms::count(room& its, edge::timestamp now) {
  if (!its.is_live || its.viewers.empty()) {
    return;
  }
  if (its.viewers.size() > its.peak) {
    its.peak = its.viewers.size();
    ++rows_;
  }
  if (!its.checks) {
    its.checks = now + between_checks;
    plan();
  }
}

void model_rooms::count_all(edge::timestamp now) {
  for (auto& [name, its] : rooms_) {
    if (its.checks && *its.checks <= now) {
      ++alarms_;
      its.checks.reset();
      count(its, now);
      if (!its.checks) {
        plan();
      }
    }
    if (its.counts && *its.counts <= now) {
      its.counts.reset();
      count(its, now);
    }
  }
}

std::optional<edge::timestamp> model_rooms::next() const {
  std::optional<edge::timestamp> first;
  for (const auto& [name, its] : rooms_) {
    for (const auto& [what, at] : its.due) {
      first = std::min(first.value_or(at), at);
    }
    for (const auto& at : {its.counts, its.checks}) {
      first = at ? std::min(first.value_or(*at), *at) : first;
    }
  }
  return first;
}

std::optional<model_rooms::ringing> model_rooms::take(edge::timestamp now) {
  count_all(now);
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
  ++alarms_;
  plan();
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
  ++rows_;
  return std::max(turn, now);
}

} // namespace simulation
