// What the store holds, of this version and of older ones: records of streams, facts and changes.
#include "cloudflare/fact.h"
#include "mux/fact.h"
#include "streams/model/broadcast.h"
#include "streams/model/change.h"
#include "streams/model/stream.h"
#include "target.h"

#include <optional>
#include <string>

namespace {

using fuzz::require;

// The next fold saves the record: what it says must not change by that.
void check_record(std::string_view text) {
  const auto record = streams::stream_record::from_text(text);
  if (!record) {
    return;
  }
  const std::string saved = record->to_text();
  const auto again = streams::stream_record::from_text(saved);
  require(again && again->says_the_same(*record) && again->to_text() == saved);
  auto joined = *record;
  joined.join(again->desired);
  joined.broadcasts.join(again->broadcasts);
  require(joined.to_text() == saved);
  require(!record->broadcasts.says_more_than(record->broadcasts));
  for (const streams::broadcast& each : broadcasts_in(record->broadcasts)) {
    require(!each.recordings.empty());
    require(each.playable() == nullptr || each.playable()->can_be_played());
  }
}

template <class Fact>
void check_fact(std::string_view text) {
  if (const auto fact = Fact::from_metadata(text)) {
    require(Fact::from_metadata(fact->to_metadata()) == fact);
  }
}

void check_change(std::string_view text) {
  const auto change = streams::change::from_metadata(text);
  if (!change) {
    return;
  }
  const auto again = streams::change::from_metadata(change->to_metadata());
  require(again && again->to_metadata() == change->to_metadata());
  // Neither repetition nor order matters.
  streams::stream_facts once;
  once.fold(*change);
  streams::stream_facts twice = once;
  twice.fold(*again);
  require(once.desired == twice.desired && once.broadcasts == twice.broadcasts);
}

} // namespace

void fuzz::run(std::string_view input) {
  check_record(input);
  check_fact<mux::fact>(input);
  check_fact<cloudflare::fact>(input);
  check_change(input);
}
