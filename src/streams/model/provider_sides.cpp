#include "streams/model/provider_sides.h"

namespace streams {

mux_side mux_side::of(const mux::live_stream& live_stream, std::string_view output_id) {
  return {.live_stream_id = live_stream.id,
          .playback_id = live_stream.playback ? live_stream.playback->id : "",
          .output_id = std::string{output_id}};
}

json::object mux_side::to_json() const {
  json::object to;
  to.set("liveStreamId", live_stream_id).set("playbackId", playback_id).set("outputId", output_id);
  return to;
}

std::optional<mux_side> mux_side::from_json(const json::value& from) {
  if (!from.is_object()) {
    return std::nullopt;
  }
  return mux_side{.live_stream_id = from["liveStreamId"].text_or_empty(),
                  .playback_id = from["playbackId"].text_or_empty(),
                  .output_id = from["outputId"].text_or_empty()};
}

void write_register(json::object& to, std::string_view name, const latest<mux_side>& from) {
  if (from) {
    to.set(name, time_and_value(from.at(), from.value().to_json()));
  }
}

void read_register(const json::value& from, latest<mux_side>& to) {
  auto at = time_in(from);
  auto value = mux_side::from_json(from.at(1));
  if (at && value) {
    to.join(*at, std::move(*value));
  }
}

} // namespace streams
