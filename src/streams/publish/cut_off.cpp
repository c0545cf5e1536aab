#include "streams/publish/cut_off.h"

#include "streams/publish/livekit.h"
#include "streams/publish/relay.h"
#include "streams/publish/whip_session.h"
#include "whip/client.h"

namespace streams {

namespace {

edge::task<edge::status> remove(edge::host& host, whip::endpoint at, edge::timestamp deadline) {
  whip::client client{host, at, deadline};
  const auto answer = co_await client.remove(at.url);
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

} // namespace

edge::task<edge::status> cut_off(edge::host& host, const settings& with, const stream_record& stream,
                                 edge::timestamp ordered) {
  // A relay takes three seconds at most.
  constexpr std::chrono::seconds budget{5};
  constexpr std::chrono::minutes order_lifetime{1};
  const edge::timestamp deadline = host.now() + budget;
  if (stream.method != streaming_method::whip_browser) {
    co_return {};
  }
  if (!with.relay || !needs_relay(stream.method, stream.ingest)) {
    auto session = co_await newest_session(host, with.keys, stream);
    if (session && session->by.since > ordered) {
      co_return {};
    }
    if (stream.ingest == ingest_plan::livekit) {
      co_return co_await attempt(remove_ingresses(host, with, stream.id, deadline));
    }
    if (!session) {
      co_return {};
    }
    co_return co_await attempt(
        remove(host, {.url = std::move(session->url), .bearer = crypto::secret{}, .hosts = {}}, deadline));
  }
  auto order = [&](std::string_view relay) {
    return remove(host,
                  {.url = crypto::secret{std::string{relay}.append("/whip/").append(stream.id)},
                   .bearer = make_relay_token(*with.relay, stream.id, relay_scope::close, ordered,
                                              host.now() + order_lifetime),
                   .hosts = {}},
                  deadline);
  };
  const std::string_view known = stream.broadcasts.relay_of_session();
  const std::string_view likely = known.empty() ? with.relay->url_for(stream.id) : known;
  const auto done = co_await attempt(order(likely));
  for (const std::string& each : with.relay->urls) {
    if (each != likely) {
      (void)co_await attempt(order(each));
    }
  }
  co_return done;
}

} // namespace streams
