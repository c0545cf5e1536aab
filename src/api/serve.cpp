#include "api/serve.h"

#include "api/allowed_origins.h"
#include "api/create_whip.h"
#include "api/health.h"
#include "api/manage_stream.h"
#include "api/memorial_resource.h"
#include "api/stream_resource.h"
#include "api/watch.h"
#include "api/webhooks.h"
#include "crypto/hex.h"
#include "edge/router.h"
#include "edge/serve.h"

#include <array>
#include <string>
#include <vector>

namespace api {

namespace {

constexpr std::array routes{
    edge::route{"POST", "/api/streams/create-whip", create_whip},
    edge::route{"GET", "/api/streams", list_streams},
    edge::route{"GET", "/api/streams/{id}", get_stream},
    edge::route{"PATCH", "/api/streams/{id}", rename_stream},
    edge::route{"GET", "/api/streams/{id}/recordings", list_recordings},
    edge::route{"GET", "/api/streams/{id}/playback", get_playback},
    edge::route{"PUT", "/api/memorials/{id}", put_memorial},
    edge::route{"GET", "/api/memorials/{id}", get_memorial},
    edge::route{"DELETE", "/api/memorials/{id}", remove_memorial},
    edge::route{"POST", "/api/webhooks/mux", mux_webhook},
    edge::route{"POST", "/api/webhooks/stream-status", cloudflare_webhook},
    edge::route{"GET", "/healthz", health},
    edge::route{"GET", "/readyz", readiness},
};

} // namespace

edge::task<void> serve(edge::context& request) {
  request.request_id = crypto::hex_encode(request.host.random().take(16));
  const std::vector<std::string> origins = allowed_origins(request.host.settings());
  co_await edge::serve(request, routes, origins);
}

} // namespace api
