// A broadcast state in its stream's record.
#include "json/reader.h"
#include "json/writer.h"
#include "providers/stored_time.h"
#include "streams/model/broadcast_state.h"

#include <utility>

namespace streams {

void write_register(json::object& to, std::string_view name, const latest<broadcast_state::session>& from) {
  if (from) {
    to.set(name, json::object()
                     .set("begun", edge::to_microseconds(from.at()))
                     .set("id", from.value().id)
                     .set_if("ended", from.value().ended.transform(edge::to_microseconds))
                     .set_if("relay",
                             from.value().relay.empty() ? std::nullopt : std::optional{from.value().relay}));
  }
}

void read_register(const json::value& from, latest<broadcast_state::session>& to) {
  auto begun = providers::stored_time(from["begun"]);
  auto id = from["id"].text();
  if (begun && id) {
    to.join(*begun, {.id = std::string{*id},
                     .ended = providers::stored_time(from["ended"]),
                     .relay = from["relay"].text_or_empty()});
  }
}

json::object broadcast_state::to_json() const {
  json::object to;
  write_registers(registers, to, *this);
  json::array recordings;
  for (const recording& each : recordings_) {
    recordings.add(each.to_json());
  }
  to.set("recordings", std::move(recordings));
  if (!transfers_.all().empty()) {
    json::array transfers;
    for (const latest<transfer>& each : transfers_.all()) {
      transfers.add(time_and_value(each.at(), each.value().to_json()));
    }
    to.set("transfers", std::move(transfers));
  }
  return to;
}

std::optional<broadcast_state> broadcast_state::from_json(const json::value& from) {
  if (!from.is_object()) {
    return std::nullopt;
  }
  broadcast_state to;
  read_registers(registers, from, to);
  // Older records have only the code.
  if (to.ingest_error_) {
    to.errored_.join(to.ingest_error_.at(), {});
  }
  for (const json::value& each : from["recordings"].elements()) {
    auto read = recording::from_json(each);
    if (!read) {
      return std::nullopt;
    }
    to.recording_of(read->source, read->id).join(*read);
  }
  for (const json::value& each : from["transfers"].elements()) {
    const auto at = time_in(each);
    auto read = transfer::from_json(each.at(1));
    if (at && read) {
      latest<transfer> said;
      said.join(*at, *std::move(read));
      to.fold(said);
    }
  }
  return to;
}

} // namespace streams
