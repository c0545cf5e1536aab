#include "simulation/swarm_rest.h"

#include "json/reader.h"
#include "simulation/swarm_playback.h"
#include "simulation/swarm_text.h"
#include "streams/model/stream.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace simulation {

namespace {

using faults = std::vector<std::string>;

bool is_deleted(const world& in, const std::string& id) {
  return in.store().has("fact/stream/" + id + "/deleted");
}

// In the store. A backup that is attached while its stream is deleted is left to the daily sweep, after which
// check_at_rest looks for objects.
void check_nothing_is_left(const world& in, const std::string& id, faults& found) {
  for (const auto& [key, entry] : in.store().entries()) {
    const bool stays = !entry.expires && key != "fact/stream/" + id + "/deleted";
    if (stays && key.contains(id)) {
      found.push_back("something is left of a deleted stream: " + key);
    }
  }
}

void check_promises(const world& in, const known_stream& known, faults& found) {
  const bool deleted = is_deleted(in, known.id);
  if (known.is_deleted && !deleted) {
    found.push_back("a deletion was promised and forgotten: " + known.id);
  }
  if (!deleted && !in.store().has("stream/" + known.id)) {
    found.push_back("a stream was promised and is lost: " + known.id);
  }
}

// Each of its recordings is listed once, and nothing is still expected.
void check_recordings(world& in, const std::string& id, const std::string& listed, faults& found) {
  for (const std::string& each : recordings_of(in, id)) {
    const std::size_t times = times_in(listed, std::string{R"("id":")"}.append(each).append(R"(")"));
    if (times != 1) {
      found.push_back(std::string{"a recording is listed "}
                          .append(std::to_string(times))
                          .append(" times: ")
                          .append(each)
                          .append(" in ")
                          .append(listed));
    }
  }
  const bool is_unsettled =
      listed.contains(R"("status":"live")") || listed.contains(R"("status":"processing")");
  if (is_unsettled || listed.contains(R"("state":"processing")") || listed.contains(R"("state":"copying")")) {
    found.push_back("something is processed for ever: " + listed);
  }
}

// The providers' objects are as the stream says.
void check_objects(const world& in, const streams::stream_record& record, const json::value& shown,
                   faults& found) {
  const std::string about = record.id + " " + shown["warnings"].text_or_empty();
  const auto& live_streams = in.mux().live_streams();
  const auto live_stream = std::ranges::find_if(
      live_streams, [&](const auto& each) { return record.mux && each.id == record.mux->live_stream_id; });
  const auto* input = record.cloudflare ? in.cloudflare().find(record.cloudflare->live_input_id) : nullptr;
  if (input == nullptr && live_stream == live_streams.end()) {
    found.push_back("a stream has nothing at its providers: " + about);
    return;
  }
  const bool ended = shown["endedAt"].text().has_value();
  if (ended == (input ? input->enabled : live_stream->enabled)) {
    found.push_back("a stream has ended and is open, or the reverse: " + about);
  }
  if (input == nullptr || !record.mux) {
    return;
  }
  const auto feed = std::ranges::find(input->outputs, record.mux->output_id, &model_cloudflare::output::id);
  if (feed == input->outputs.end() || live_stream == live_streams.end() ||
      feed->stream_key != live_stream->stream_key) {
    found.push_back("a backup is not fed: " + about);
  } else if (!ended && shown["simulcastEnabled"].boolean() != feed->enabled) {
    found.push_back("the switch of a backup is not as it is shown: " + about);
  }
}

void check_stream(world& in, const swarm_people& crowd, const std::string& id, faults& found) {
  const auto record = streams::stream_record::from_text(in.store().entries().at("stream/" + id).value);
  const served shown = in.serve(crowd.by_administrator("GET", "/api/streams/" + id), "");
  const served listed = in.serve(crowd.by_administrator("GET", "/api/streams/" + id + "/recordings"), "");
  const auto read = json::document::parse(shown.answer ? shown.answer->body : std::string{});
  if (!record || !read || shown.answer->status != 200 || !listed.answer || listed.answer->status != 200) {
    found.push_back("a stream cannot be read: " + id);
    return;
  }
  check_recordings(in, id, listed.answer->body, found);
  check_objects(in, *record, read->root(), found);
  check_playback(in, crowd, *record, read->root(), found);
}

// A stream for each memorial that was asked for at one.
void check_memorials(const world& in, faults& found) {
  std::set<std::string> open;
  for (const std::string& key : in.store().keys("stream/")) {
    const auto record = streams::stream_record::from_text(in.store().entries().at(key).value);
    const bool is_single = record && record->memorial_id && !record->memorial_id->starts_with("memorial-of-");
    if (is_single && !record->desired.ended() && !is_deleted(in, record->id) &&
        !open.insert(record->created_by + *record->memorial_id).second) {
      found.push_back("a memorial has two open streams: " + *record->memorial_id);
    }
  }
}

} // namespace

std::vector<std::string> unrest(world& in, const swarm_people& crowd) {
  faults found;
  for (const std::string& key : in.store().keys("intent/")) {
    found.push_back("work is left: " + key);
  }
  constexpr std::string_view facts = "fact/stream/";
  for (const std::string& key : in.store().keys(facts)) {
    if (key.ends_with("/deleted")) {
      check_nothing_is_left(in, key.substr(facts.size(), key.find('/', facts.size()) - facts.size()), found);
    }
  }
  for (const known_stream& each : crowd.streams()) {
    check_promises(in, each, found);
  }
  for (const std::string& key : in.store().keys("stream/")) {
    const std::string id = key.substr(key.find('/') + 1);
    if (!is_deleted(in, id)) {
      check_stream(in, crowd, id, found);
    }
  }
  check_memorials(in, found);
  return found;
}

std::vector<std::string> intrusions(const world& in, const swarm_people& others) {
  faults found;
  for (const known_stream& each : others.streams()) {
    for (const auto& [key, entry] : in.store().entries()) {
      if (key.contains(each.id) || entry.value.contains(each.id) || entry.metadata.contains(each.id)) {
        found.push_back("a stream of another deployment is stored: " + key);
      }
    }
  }
  return found;
}

} // namespace simulation
