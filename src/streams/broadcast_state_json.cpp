// How a broadcast state is written into a record, and read from it.

#include "json/array.h"
#include "json/object.h"
#include "streams/broadcast_state.h"
#include "streams/latest_json.h"
#include "streams/names.h"

namespace streams {

namespace {

constexpr names<recording_source, 2> source_names{
    {{recording_source::cloudflare, "cloudflare"}, {recording_source::mux, "mux"}}};

constexpr names<recording_state, 3> state_names{{{recording_state::ready, "ready"},
                                                 {recording_state::failed, "failed"},
                                                 {recording_state::deleted, "deleted"}}};

json::object write_recording(const recording& from) {
  json::object to;
  to.set("source", name_of(from.source)).set("id", from.id).set("begun", number_of(from.begun));
  if (from.playback) to.set("playback", said(from.playback));
  if (from.duration) to.set("duration", said(from.duration));
  if (from.end) to.set("end", json::array().add(number_of(from.end.at())).add(name_of(from.end.value())));
  return to;
}

std::optional<recording> read_recording(const json::value& from) {
  auto source = named_in(source_names, from["source"].text());
  auto id = from["id"].text();
  auto begun = from["begun"].integer();
  if (!source || !id || !begun) return std::nullopt;
  recording to{.source = *source, .id = std::string{*id}, .playback = {}, .duration = {}, .end = {}};
  to.begun = time_of(*begun);
  read_text(from["playback"], to.playback);
  auto duration = from["duration"].at(1).number();
  if (auto at = time_said(from["duration"]); at && duration) to.duration.join(*at, *duration);
  auto state = named_in(state_names, from["end"].at(1).text());
  if (auto at = time_said(from["end"]); at && state) to.end.join(*at, *state);
  return to;
}

} // namespace

json::object broadcast_state::to_json() const {
  json::object to;
  write_time(to, "connected", connected_);
  write_time(to, "disconnected", disconnected_);
  write_time(to, "active", active_);
  write_time(to, "idle", idle_);
  write_time(to, "refused", refused_);
  write_time(to, "newestFact", newest_fact_);
  if (ingest_error_) to.set("ingestError", said(ingest_error_));
  if (session_)
    to.set("session", json::object()
                          .set("begun", number_of(session_.at()))
                          .set("id", session_.value().id)
                          .set_if("ended", session_.value().ended.transform(number_of)));
  json::array recordings;
  for (const recording& each : recordings_) recordings.add(write_recording(each));
  to.set("recordings", std::move(recordings));
  return to;
}

std::optional<broadcast_state> broadcast_state::from_json(const json::value& from) {
  if (!from.is_object()) return std::nullopt;
  broadcast_state to;
  read_time(from["connected"], to.connected_);
  read_time(from["disconnected"], to.disconnected_);
  read_time(from["active"], to.active_);
  read_time(from["idle"], to.idle_);
  read_time(from["refused"], to.refused_);
  read_time(from["newestFact"], to.newest_fact_);
  read_text(from["ingestError"], to.ingest_error_);
  json::value session = from["session"];
  if (auto begun = session["begun"].integer(); begun && session["id"].text())
    to.session_.join(time_of(*begun), {.id = std::string{session["id"].text().value_or("")},
                                       .ended = session["ended"].integer().transform(time_of)});
  for (const json::value& each : from["recordings"].elements()) {
    auto read = read_recording(each);
    if (!read) return std::nullopt;
    to.recording_of(read->source, read->id).join(*read);
  }
  return to;
}

} // namespace streams
