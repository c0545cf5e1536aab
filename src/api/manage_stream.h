// What an owner does to a stream as a whole.
#pragma once

#include "edge/context.h"

namespace api {

// PATCH /api/streams/{id}: {title}. Answers 200 {stream}.
edge::task<edge::answer> rename_stream(edge::context& request);

} // namespace api
