#include "streams/manage/remove_recordings.h"

#include "cloudflare/api.h"
#include "edge/retry.h"
#include "mux/api.h"
#include "streams/store/store.h"

#include <algorithm>
#include <vector>

namespace streams {

namespace {

// A provider that fails for one recording does not keep the others from being deleted.
edge::task<edge::status> remove(edge::host& host, const settings& with, stream_record& stream,
                                edge::timestamp deadline) {
  store to{host, deadline};
  edge::status all;
  const std::vector<recording> known = stream.broadcasts.recordings();
  for (const recording& each : known) {
    const bool is_at_mux = each.source == recording_source::mux;
    if (!each.is_being_removed() || (is_at_mux && !with.mux)) {
      continue;
    }
    const auto gone =
        is_at_mux ? co_await attempt(mux::api{host, *with.mux, deadline}.delete_asset(each.id))
                  : co_await attempt(cloudflare::api{host, with.cloudflare, deadline}.delete_video(each.id));
    if (!gone) {
      all = gone;
      continue;
    }
    const change done =
        change::of(removed_recording{.source = each.source, .recording_id = each.id, .is_done = true},
                   std::max(host.now(), each.removed.at() + edge::timestamp::duration{1}));
    co_await to.facts.put(stream.id, done);
    stream.broadcasts.fold(done);
  }
  co_return all;
}

} // namespace

edge::task<edge::status> remove_recordings(edge::host& host, const settings& with, stream_record& stream,
                                           edge::timestamp deadline) {
  return edge::retry(host, deadline,
                     [&host, &with, &stream, deadline] { return remove(host, with, stream, deadline); });
}

} // namespace streams
