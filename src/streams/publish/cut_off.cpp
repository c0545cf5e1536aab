#include "streams/publish/cut_off.h"

#include "streams/publish/relay.h"
#include "streams/publish/whip_session.h"
#include "whip/client.h"

namespace streams {

edge::task<edge::status> cut_off(edge::host& host, const settings& with, const stream_record& stream,
                                 edge::timestamp ordered) {
  // The relay takes three seconds at most.
  constexpr std::chrono::seconds budget{5};
  constexpr std::chrono::minutes order_lifetime{1};
  whip::endpoint to;
  if (stream.method != streaming_method::whip_browser) {
    co_return {};
  }
  if (with.relay && needs_relay(stream.method, stream.ingest)) {
    to.url = crypto::secret{with.relay->whip_url(stream.id)};
    to.bearer =
        make_relay_token(*with.relay, stream.id, relay_scope::close, ordered, host.now() + order_lifetime);
  } else {
    auto session = co_await newest_session(host, with.keys, stream);
    if (!session || session->by.since > ordered) {
      co_return {};
    }
    to.url = std::move(session->url);
  }
  whip::client client{host, to, host.now() + budget};
  const auto answer = co_await client.remove(to.url);
  // A session that is gone, or a relay that takes no orders (MediaMTX).
  const bool is_settled =
      answer.status < 300 || answer.status == 404 || answer.status == 405 || answer.status == 410;
  if (!is_settled) {
    co_return std::unexpected(edge::error{.kind = edge::error_kind::unavailable,
                                          .what = "end the broadcast at the provider",
                                          .status = answer.status});
  }
  co_return {};
}

} // namespace streams
