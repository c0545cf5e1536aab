// What Mux's lists say of a recording, as a fact: for recordings whose webhook never came.
#pragma once

#include "edge/clock.h"
#include "mux/asset.h"
#include "mux/fact.h"

#include <optional>

namespace mux {

// The fact that an asset of a live stream is whole (asset_completed) or has failed (asset_errored), as of
// `now`, when it was read. Nothing while neither is the case, and for an upload. Its event id is made from
// the asset's id and the kind, so that it is the same however often the asset is read, and is never a
// webhook's.
[[nodiscard]] std::optional<fact> fact_of(const asset& read, edge::timestamp now);

// The fact that a recording has begun, as of its beginning: stream_active where it can be played,
// asset_created before. Nothing where it is not known when it began, for an upload, and for what is over.
[[nodiscard]] std::optional<fact> beginning_of(const asset& read);

} // namespace mux
