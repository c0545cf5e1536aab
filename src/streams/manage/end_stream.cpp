#include "streams/manage/end_stream.h"

#include "cloudflare/api.h"
#include "edge/retry.h"
#include "mux/api.h"
#include "streams/publish/cut_off.h"
#include "streams/publish/livekit.h"
#include "streams/store/store.h"

namespace streams {

namespace {

// An object that is gone has ended.
template <class T>
edge::status ended(const edge::outcome<T>& what) {
  return what || is_not_found(what) ? edge::status{} : std::unexpected(what.error());
}

// The output goes on to be shown as off.
edge::task<edge::status> end_at_cloudflare(edge::host& host, const settings& with,
                                           const stream_record& stream, edge::timestamp deadline) {
  if (!stream.cloudflare) {
    co_return {};
  }
  const std::string& input = stream.cloudflare->live_input_id;
  cloudflare::api api{host, with.cloudflare, deadline};
  co_await ended(
      co_await attempt(edge::retry(host, deadline, [&] { return api.disable_live_input(input); })));
  if (!stream.mux) {
    co_return {};
  }
  co_return ended(co_await attempt(edge::retry(
      host, deadline, [&] { return api.set_output_enabled(input, stream.mux->output_id, false); })));
}

edge::task<edge::status> end_at_mux(edge::host& host, const settings& with, const stream_record& stream,
                                    edge::timestamp deadline) {
  // Without Mux in the settings nothing can be ended there, now or later.
  if (!stream.mux || !with.mux) {
    co_return {};
  }
  mux::api api{host, *with.mux, deadline};
  // Disabling refuses the encoder, and for an output it would be final.
  co_return ended(co_await attempt(edge::retry(host, deadline, [&] {
    return stream.cloudflare ? api.complete_live_stream(stream.mux->live_stream_id)
                             : api.disable_live_stream(stream.mux->live_stream_id);
  })));
}

} // namespace

edge::task<edge::status> end_stream(edge::host& host, const settings& with, stream_record& stream,
                                    edge::timestamp deadline) {
  // A phone that cannot be told is cut off all the same, once its ingest is disabled.
  edge::status told;
  if (stream.broadcasts.newest_session() || stream.broadcasts.status(host.now()) == stream_status::live) {
    told = co_await attempt(cut_off(host, with, stream, host.now()));
    if (stream.ingest == ingest_plan::livekit) {
      told = unless_refused(host, told);
    }
  }
  co_await end_at_cloudflare(host, with, stream, deadline);
  co_await end_at_mux(host, with, stream, deadline);
  co_await std::move(told);
  // If this cannot be stored, reconcile ends the stream once more.
  const change closed = change::only(change_kind::closed, host.now());
  if (co_await attempt(store{host, deadline}.facts.put(stream.id, closed))) {
    stream.desired.fold(closed);
  }
  co_return {};
}

} // namespace streams
