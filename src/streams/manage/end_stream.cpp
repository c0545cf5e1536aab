#include "streams/manage/end_stream.h"

#include "cloudflare/api.h"
#include "edge/retry.h"
#include "mux/api.h"
#include "streams/store/store.h"

namespace streams {

namespace {

// Nullopt for success, and for an object that is gone: it has ended.
template <class T>
std::optional<edge::error> failure_in(const edge::outcome<T>& what) {
  return what || is_not_found(what) ? std::nullopt : std::optional{what.error()};
}

edge::task<std::optional<edge::error>> end_at_mux(edge::host& host, const settings& with,
                                                  const stream_record& stream, edge::timestamp deadline,
                                                  bool is_live) {
  // Without Mux in the settings nothing can be ended there, now or later.
  if (!stream.mux || !with.mux) {
    co_return std::nullopt;
  }
  mux::api api{host, *with.mux, deadline};
  // Disabling cuts off a phone that is still sending, and for an output it would be final.
  const bool disables = !stream.cloudflare && !is_live;
  co_return failure_in(co_await attempt(edge::retry(host, deadline, [&] {
    return disables ? api.disable_live_stream(stream.mux->live_stream_id)
                    : api.complete_live_stream(stream.mux->live_stream_id);
  })));
}

// While Cloudflare goes on sending, Mux would take it for another broadcast.
edge::task<std::optional<edge::error>> stop_forwarding(edge::host& host, const settings& with,
                                                       const stream_record& stream,
                                                       edge::timestamp deadline) {
  if (!stream.cloudflare || !stream.mux) {
    co_return std::nullopt;
  }
  cloudflare::api api{host, with.cloudflare, deadline};
  co_return failure_in(co_await attempt(edge::retry(host, deadline, [&] {
    return api.set_output_enabled(stream.cloudflare->live_input_id, stream.mux->output_id, false);
  })));
}

edge::task<std::optional<edge::error>> disable_live_input(edge::host& host, const settings& with,
                                                          const stream_record& stream,
                                                          edge::timestamp deadline) {
  if (!stream.cloudflare) {
    co_return std::nullopt;
  }
  cloudflare::api api{host, with.cloudflare, deadline};
  co_return failure_in(co_await attempt(
      edge::retry(host, deadline, [&] { return api.disable_live_input(stream.cloudflare->live_input_id); })));
}

} // namespace

bool needs_closing(const stream_record& stream, edge::timestamp now) {
  return stream.desired.ended() && !stream.desired.closed() && !stream.desired.deleted() &&
         stream.broadcasts.status(now) != stream_status::live;
}

edge::task<end_stream_result> end_stream(edge::host& host, const settings& with, stream_record& stream,
                                         edge::timestamp deadline) {
  end_stream_result result;
  result.is_live = stream.broadcasts.status(host.now()) == stream_status::live;
  result.cloudflare = co_await stop_forwarding(host, with, stream, deadline);
  if (result.is_live && result.cloudflare) {
    // Cloudflare goes on sending, so the same broadcast goes on at Mux.
    co_return result;
  }
  if (!result.is_live && !result.cloudflare) {
    result.cloudflare = co_await disable_live_input(host, with, stream, deadline);
  }
  result.mux = co_await end_at_mux(host, with, stream, deadline, result.is_live);
  if (result.is_live || result.failure()) {
    co_return result;
  }
  // If this cannot be stored, reconcile ends the stream once more.
  const change closed = change::only(change_kind::closed, host.now());
  if (co_await attempt(store{host, deadline}.facts.put(stream.id, closed))) {
    stream.desired.fold(closed);
  }
  co_return result;
}

} // namespace streams
