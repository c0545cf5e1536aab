#include "streams/manage/end_stream.h"

#include "cloudflare/api.h"
#include "edge/all.h"
#include "edge/retry.h"
#include "mux/api.h"
#include "streams/store/store.h"

namespace streams {

namespace {

// Disabling it would cut off a phone that still sends, and an output would find it closed for ever.
edge::task<edge::status> end_at_mux(edge::host& host, const settings& with, const stream_record& stream,
                                    edge::timestamp deadline, bool live) {
  if (!stream.mux) co_return {};
  if (!with.mux) co_return std::unexpected(settings::no_mux());
  mux::api api{host, *with.mux, deadline};
  bool is_ingest = !stream.cloudflare;
  auto done = co_await attempt(edge::retry(host, deadline, [&] {
    return is_ingest && !live ? api.disable_live_stream(stream.mux->live_stream_id)
                              : api.complete_live_stream(stream.mux->live_stream_id);
  }));
  if (!done && done.error().kind == edge::error_kind::not_found) co_return {};
  co_return done;
}

edge::task<edge::status> disable(edge::host& host, const settings& with, const stream_record& stream,
                                 edge::timestamp deadline) {
  if (!stream.cloudflare) co_return {};
  cloudflare::api api{host, with.cloudflare, deadline};
  const cloudflare::live_input_change off{.enabled = false};
  auto disabled = co_await attempt(edge::retry(
      host, deadline, [&] { return api.update_live_input(stream.cloudflare->live_input_id, off); }));
  if (!disabled && disabled.error().kind != edge::error_kind::not_found)
    co_return std::unexpected(disabled.error());
  co_return {};
}

std::optional<edge::error> failure_in(const edge::status& what) {
  return what ? std::nullopt : std::optional{what.error()};
}

} // namespace

bool to_be_closed(const stream_record& stream, edge::timestamp now) {
  return stream.desired.ended() && !stream.desired.closed() && !stream.desired.deleted() &&
         stream.broadcasts.status(now) != stream_status::live;
}

edge::task<ending> end_at_providers(edge::host& host, const settings& with, stream_record& stream,
                                    edge::timestamp deadline) {
  ending result;
  result.waits = stream.broadcasts.status(host.now()) == stream_status::live;
  if (result.waits) {
    result.mux = failure_in(co_await attempt(end_at_mux(host, with, stream, deadline, true)));
    co_return result;
  }
  auto [mux, cloudflare] = co_await edge::all(end_at_mux(host, with, stream, deadline, false),
                                              disable(host, with, stream, deadline));
  result.mux = failure_in(mux);
  result.cloudflare = failure_in(cloudflare);
  if (!mux || !cloudflare) co_return result;
  // Where this is not stored, it is done once more.
  change closed = change::only(change_kind::closed, host.now());
  if (co_await attempt(store{host, deadline}.facts.put(stream.id, closed))) stream.desired.fold(closed);
  co_return result;
}

} // namespace streams
