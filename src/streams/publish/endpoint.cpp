#include "streams/publish/endpoint.h"

#include "streams/publish/relay.h"

namespace streams {

std::optional<publish_endpoint> publish_endpoint_of(const stream_record& stream, const credentials& secrets,
                                                    const std::optional<relay_settings>& relay,
                                                    edge::timestamp since, edge::timestamp now) {
  if (stream.method != streaming_method::whip_browser) {
    return std::nullopt;
  }
  // Without a relay, the plan mux has the address that Mux does not support.
  if (stream.ingest == ingest_plan::cloudflare || (stream.ingest == ingest_plan::mux && !relay)) {
    return publish_endpoint{.whip_url = secrets.whip_url, .bearer = crypto::secret{}};
  }
  if (!relay || !needs_relay(stream.method, stream.ingest)) {
    return std::nullopt;
  }
  return publish_endpoint{
      .whip_url = crypto::secret{relay->whip_url(stream.id)},
      .bearer = make_relay_token(*relay, stream.id, relay_scope::publish, since, now + relay_token_lifetime)};
}

} // namespace streams
