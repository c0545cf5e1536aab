// A change that an owner asks for is stored before it is carried out, so that reconcile finishes it if the
// request dies.
#pragma once

#include "edge/http/context.h"
#include "streams/model/change.h"
#include "streams/model/stream.h"

#include <vector>

namespace api {

// Writes a pending change, then the changes, and folds them into the record, here and in the store. The
// stream's room hears of it after the answer. The
// schedule removes the pending change when everything is done; it also folds what could not be folded here.
// Fails with 503.
edge::task<edge::result<void>> begin_change(edge::context& request, streams::stream_record& record,
                                            std::vector<streams::change> changes);

} // namespace api
