#include "streams/model/recording.h"

#include "providers/stored_time.h"
#include "streams/model/names.h"

#include <algorithm>

namespace streams {

namespace {

constexpr names<recording_source, 2> source_names{
    {{recording_source::cloudflare, "cloudflare"}, {recording_source::mux, "mux"}}};

constexpr names<recording_state, 4> state_names{{{recording_state::processing, "processing"},
                                                 {recording_state::ready, "ready"},
                                                 {recording_state::failed, "failed"},
                                                 {recording_state::deleted, "deleted"}}};

constexpr names<recording_origin, 4> origin_names{{{recording_origin::live, "live"},
                                                   {recording_origin::copy, "copy"},
                                                   {recording_origin::phone, "phone"},
                                                   {recording_origin::clip, "clip"}}};

constexpr std::tuple registers{
    named_register{"playback", &recording::playback}, named_register{"duration", &recording::duration},
    named_register{"end", &recording::end},           named_register{"reason", &recording::reason},
    named_register{"file", &recording::file},         named_register{"removed", &recording::removed}};

} // namespace

std::string_view name_of(recording_source source) { return name_in(source_names, source); }

std::string_view name_of(recording_state state) { return name_in(state_names, state); }

std::string_view name_of(recording_origin origin) { return name_in(origin_names, origin); }

std::optional<recording_source> recording_source_named(std::optional<std::string_view> name) {
  return named_in(source_names, name);
}

std::optional<recording_origin> recording_origin_named(std::optional<std::string_view> name) {
  return named_in(origin_names, name);
}

void write_register(json::object& to, std::string_view name, const latest<recording_state>& from) {
  if (from) {
    to.set(name, time_and_value(from.at(), name_of(from.value())));
  }
}

void read_register(const json::value& from, latest<recording_state>& to) {
  auto at = time_in(from);
  auto value = named_in(state_names, from.at(1).text());
  // A recording that is still processing has no end.
  if (at && value && *value != recording_state::processing) {
    to.join(*at, *value);
  }
}

edge::timestamp recording::known_until() const { return duration ? begun + duration.value() : begun; }

std::optional<edge::timestamp> recording::ended() const {
  const bool is_whole = state() == recording_state::ready || state() == recording_state::deleted;
  if (!is_whole || !duration) {
    return std::nullopt;
  }
  return known_until();
}

void recording::join(const recording& other) {
  join_registers(registers, *this, other);
  begun = std::min(begun, other.begun);
  origin = std::max(origin, other.origin);
}

json::object recording::to_json() const {
  json::object to;
  to.set("source", name_of(source)).set("id", id).set("begun", edge::to_microseconds(begun));
  if (!is_live_recording()) {
    to.set("origin", name_of(origin));
  }
  write_registers(registers, to, *this);
  return to;
}

std::optional<recording> recording::from_json(const json::value& from) {
  auto source = named_in(source_names, from["source"].text());
  auto id = from["id"].text();
  auto begun = providers::stored_time(from["begun"]);
  if (!source || !id || !begun) {
    return std::nullopt;
  }
  recording to{.source = *source, .id = std::string{*id}, .playback = {}, .duration = {}, .end = {}};
  to.begun = *begun;
  to.origin = recording_origin_named(from["origin"].text()).value_or(recording_origin::live);
  read_registers(registers, from, to);
  return to;
}

} // namespace streams
