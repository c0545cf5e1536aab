// The problems that more than one address answers with.
#pragma once

#include "edge/error.h"
#include "edge/http/problem.h"

#include <string>
#include <vector>

namespace api {

// 503: settings of the deployment are missing, named in the detail.
edge::problem not_configured(const std::vector<std::string>& settings);

// The same where the stream needs a relay, and there is none.
edge::problem no_relay();

// 503: the store failed. Nothing was changed, or it can be tried again.
edge::problem store_unavailable();

// 502: a provider failed; `what` says what could not be done, and what was, without the full stop.
edge::problem provider_failed(std::string what);

// What a stream is published with cannot be read: 503 where it does not open with the deployment's keys, and
// 502 where its provider had to be asked, and failed.
edge::problem credentials_unreadable(const edge::error& cause);

// 404: the same for a stream that is not there and for one that is somebody else's.
edge::problem no_such_stream();

// 409: its owner has ended it.
edge::problem stream_has_ended();

// 409: the same is being made for somebody else, or for an earlier try; Retry-After says when to ask again.
edge::problem still_running();

// 403: whoever asks may manage the stream, and not publish to it.
edge::problem publishers_only();

// 403: the memorial is known, and the caller is not among those who may stream for it.
edge::problem not_admitted();

// 400: what was sent is not of the form that is asked for, field by field.
edge::problem invalid_fields(std::vector<edge::invalid_field> fields);

} // namespace api
