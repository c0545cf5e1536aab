// A stream as its owner sees it over HTTP.
#pragma once

#include "edge/host.h"
#include "json/writer.h"
#include "streams/model/stream.h"
#include "streams/store/credentials.h"

namespace api {

// `secrets` are shown where they are given, and are null otherwise. The host says what time it is, and where
// Mux plays.
json::object view_of(const streams::stream_record& stream, const streams::credentials* secrets,
                     const edge::host& host);

// As much of it as whoever stands in front of the camera needs: nothing that lets one publish or manage it.
json::object status_view_of(const streams::stream_record& stream, edge::timestamp now);

} // namespace api
