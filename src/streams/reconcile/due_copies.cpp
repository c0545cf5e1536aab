#include "streams/reconcile/due_copies.h"

#include "streams/model/broadcast.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace streams {

namespace {

constexpr std::chrono::days copied_until{30};
// A live recording that is this much shorter than the phone's lacks something.
constexpr std::chrono::seconds worth_copying{10};
constexpr std::chrono::minutes after_last_fact{5};

recording_source other_of(recording_source source) {
  return source == recording_source::mux ? recording_source::cloudflare : recording_source::mux;
}

// Whether the provider's own recording of that broadcast may still come.
bool may_still_come(const stream_record& stream, const broadcast& of, bool is_newest, recording_source at,
                    edge::timestamp now) {
  const bool grows = std::ranges::any_of(of.recordings, [&](const recording& each) {
    return each.source == at && each.state() == recording_state::processing;
  });
  return grows || (is_newest && std::ranges::contains(stream.recorded_at(), at) &&
                   stream.broadcasts.awaits_recording(at, now));
}

edge::milliseconds length_of(const recording* what) {
  return what && what->can_be_played() && what->duration ? what->duration.value() : edge::milliseconds{};
}

// The recording to copy, if the provider has none that shows as much.
const recording* source_for(const broadcast& of, recording_source to) {
  const recording* best = of.best_of(other_of(to));
  if (!best || !best->can_be_played()) {
    return nullptr;
  }
  const recording* there = of.best_of(to);
  if (!there || !there->can_be_played()) {
    return best;
  }
  const bool lacks_something =
      best->origin == recording_origin::phone && length_of(there) + worth_copying < length_of(best);
  return lacks_something ? best : nullptr;
}

} // namespace

std::vector<transfer> due_copies(const stream_record& stream, const settings& with, edge::timestamp now,
                                 std::optional<edge::timestamp>& next) {
  std::vector<transfer> due;
  const bool is_quiet = !stream.desired.deleted() && now < stream.updated_at() + copied_until &&
                        stream.broadcasts.status(now) == stream_status::completed;
  if (!with.second_copies || !with.mux || !is_quiet) {
    return due;
  }
  std::vector<broadcast> all = broadcasts_in(stream.broadcasts);
  for (broadcast& each : all) {
    // A clip is neither copied nor a reason not to copy the whole.
    std::erase_if(each.recordings, [](const recording& of) { return of.origin == recording_origin::clip; });
    for (const recording_source to : {recording_source::cloudflare, recording_source::mux}) {
      const recording* source = source_for(each, to);
      // What its owner deleted there does not come back as a copy.
      if (!source || std::ranges::contains(each.removed_at, to) ||
          stream.broadcasts.transfers().find(to, source->id)) {
        continue;
      }
      if (may_still_come(stream, each, &each == all.data(), to, now)) {
        next = now + after_last_fact;
        continue;
      }
      transfer wanted{
          .to = to, .of = source->id, .begun = source->begun, .duration = length_of(source), .until = now};
      if (source->is_too_long_for_mp4()) {
        wanted.state = transfer_state::failed;
        wanted.reason = too_long_to_copy;
      }
      due.push_back(std::move(wanted));
    }
  }
  return due;
}

} // namespace streams
