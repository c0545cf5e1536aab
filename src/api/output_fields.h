// A target of a restream, as somebody sends it.
#pragma once

#include "api/json_body.h"
#include "streams/provision.h"

#include <cstddef>

namespace api {

// As many as Cloudflare takes for one live input, the one to the backup at Mux included.
inline constexpr std::size_t most_outputs = 50;

// {url, streamKey, enabled?}. What is wrong with it, `fields` has then.
streams::wanted_output read_output(json_fields& fields);

} // namespace api
