// A change that an owner asks for is stored before it is carried out, so that reconcile finishes it if the
// request dies.
#pragma once

#include "edge/http/context.h"
#include "streams/model/change.h"
#include "streams/model/stream.h"
#include "streams/settings/settings.h"

#include <vector>

namespace api {

// Writes a pending change, then the changes, and folds them into the record, here and in the store. The
// stream's room hears of it. The schedule removes the pending change when everything is done; it also folds
// what could not be folded here. Fails with 503.
edge::task<edge::result<void>> begin_change(edge::context& request, streams::stream_record& record,
                                            std::vector<streams::change> changes);

// Stops the publisher by WHIP: stores that, and cuts the session off. Fails with 502 and
// 503; after a 502 the schedule goes on trying.
edge::task<edge::result<void>> stop_phone(edge::context& request, const streams::settings& with,
                                          streams::stream_record& record);

} // namespace api
