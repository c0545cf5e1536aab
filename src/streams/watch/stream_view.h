// A stream as its owner and its publishers see it, over HTTP and in its room.
#pragma once

#include "edge/clock.h"
#include "edge/host.h"
#include "json/writer.h"
#include "streams/model/stream.h"
#include "streams/settings/settings.h"
#include "streams/store/credentials.h"

#include <optional>
#include <string>

namespace streams {

// Where its owner publishes: by WHIP from a browser, or by RTMPS from an encoder.
struct publishing {
  std::optional<std::string> whip_url = {};
  std::optional<std::string> rtmp_url = {};
  std::optional<std::string> stream_key = {};
};

publishing publishing_of(const stream_record& stream, const credentials& secrets,
                         const std::optional<relay_settings>& relay, edge::timestamp now);

// The whole stream. The host tells the time and where Mux plays.
json::object view_of(const stream_record& stream, const edge::host& host, const publishing& with = {});

// What the person in front of the camera needs: nothing that lets them publish to it or manage it.
json::object status_view_of(const stream_record& stream, edge::timestamp now);

} // namespace streams
