// A stream as its owner sees it over HTTP.
#pragma once

#include "edge/host.h"
#include "json/object.h"
#include "streams/credentials.h"
#include "streams/stream_record.h"

namespace api {

// `secrets` are shown where they are given, and are null otherwise. The host says what time it is, and where
// Mux plays.
json::object view_of(const streams::stream_record& stream, const streams::credentials* secrets,
                     const edge::host& host);

} // namespace api
