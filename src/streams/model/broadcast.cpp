#include "streams/model/broadcast.h"

#include <algorithm>

namespace streams {

namespace {

// Recordings whose times overlap.
struct group {
  std::vector<recording> recordings;
  edge::timestamp until;
};

// Few recordings are sorted, so this compiles to little: insertion after those that began no later.
std::vector<recording> by_time(const std::vector<recording>& recordings) {
  std::vector<recording> sorted;
  for (const recording& each : recordings) {
    sorted.insert(std::ranges::upper_bound(sorted, each.begun, {}, &recording::begun), each);
  }
  return sorted;
}

std::vector<group> overlapping(const std::vector<recording>& recordings) {
  std::vector<group> groups;
  for (recording& each : by_time(recordings)) {
    edge::timestamp until = each.known_until();
    if (groups.empty() || groups.back().until < each.begun) {
      groups.push_back({.recordings = {}, .until = until});
    }
    groups.back().until = std::max(groups.back().until, until);
    groups.back().recordings.push_back(std::move(each));
  }
  return groups;
}

// For a broadcast that is shorter than the clocks' difference, or of which only the beginnings are known.
bool apart_by_clocks_alone(const group& before, const group& after) {
  if (before.recordings.size() != 1 || after.recordings.size() != 1) {
    return false;
  }
  const recording& earlier = before.recordings.front();
  const recording& later = after.recordings.front();
  return earlier.source != later.source && later.begun - before.until <= clock_difference;
}

std::vector<group> together(const std::vector<recording>& recordings) {
  std::vector<group> groups;
  for (group& each : overlapping(recordings)) {
    if (!groups.empty() && apart_by_clocks_alone(groups.back(), each)) {
      groups.back().recordings.push_back(std::move(each.recordings.front()));
    } else {
      groups.push_back(std::move(each));
    }
  }
  return groups;
}

// Two recordings of one event that differ no more than this are equally complete: providers begin and end
// them a little apart.
constexpr std::chrono::seconds longest_tie{10};

edge::timestamp::duration length_at(const broadcast& of, recording_source source) {
  const recording* best = of.best_of(source);
  return best && best->can_be_played() ? best->known_until() - best->begun : edge::timestamp::duration{-1};
}

broadcast in_order(broadcast of) {
  const auto at_cloudflare = length_at(of, recording_source::cloudflare);
  const bool mux_first = at_cloudflare.count() < 0
                             ? length_at(of, recording_source::mux).count() >= 0
                             : length_at(of, recording_source::mux) > at_cloudflare + longest_tie;
  broadcast ordered{.recordings = {}, .removed_at = std::move(of.removed_at)};
  for (const bool mux : {mux_first, !mux_first}) {
    // A clip may begin with the whole.
    for (const bool clip : {false, true}) {
      for (const recording& each : of.recordings) {
        if ((each.source == recording_source::mux) == mux &&
            (each.origin == recording_origin::clip) == clip) {
          ordered.recordings.push_back(each);
        }
      }
    }
  }
  return ordered;
}

} // namespace

edge::timestamp broadcast::begun() const {
  return std::ranges::min_element(recordings, {}, &recording::begun)->begun;
}

const recording* broadcast::best_of(recording_source source) const {
  auto worth = [](const recording& each) {
    return each.can_be_played() ? each.known_until() - each.begun : edge::timestamp::duration{-1};
  };
  const recording* best = nullptr;
  for (const recording& each : recordings) {
    if (each.source == source && (!best || worth(*best) < worth(each))) {
      best = &each;
    }
  }
  return best;
}

const recording* broadcast::playable() const {
  const recording* best = best_of(preferred());
  return best->can_be_played() ? best : nullptr;
}

std::vector<broadcast> broadcasts_in(const broadcast_state& state) {
  std::vector<broadcast> broadcasts;
  // Deleted recordings still show which of the others belong together.
  for (group& each : together(state.recordings())) {
    std::vector<recording_source> removed_at;
    std::erase_if(each.recordings, [&](const recording& of) {
      if (of.removed && of.origin != recording_origin::clip) {
        removed_at.push_back(of.source);
      }
      return of.state() == recording_state::deleted;
    });
    if (!each.recordings.empty()) {
      broadcasts.push_back(in_order({std::move(each.recordings), std::move(removed_at)}));
    }
  }
  std::ranges::reverse(broadcasts);
  return broadcasts;
}

} // namespace streams
