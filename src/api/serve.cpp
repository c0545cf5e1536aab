#include "api/serve.h"

#include "api/health.h"
#include "api/http/allowed_origins.h"
#include "api/routes/create.h"
#include "api/routes/create_for_memorial.h"
#include "api/routes/credentials.h"
#include "api/routes/invites.h"
#include "api/routes/memorials.h"
#include "api/routes/outputs.h"
#include "api/routes/relay.h"
#include "api/routes/status.h"
#include "api/routes/streams.h"
#include "api/routes/watch.h"
#include "api/routes/whip.h"
#include "api/webhooks.h"
#include "crypto/hex.h"
#include "edge/http/router.h"
#include "edge/http/serve.h"

#include <array>
#include <string>
#include <vector>

namespace api {

namespace {

constexpr std::array routes{
    edge::route{"POST", "/api/streams/create-whip", create_whip},
    edge::route{"POST", "/api/streams/create", create_at_mux},
    edge::route{"POST", "/api/streams", create_stream},
    edge::route{"GET", "/api/streams", list_streams},
    edge::route{"GET", "/api/streams/{id}", get_stream},
    edge::route{"PATCH", "/api/streams/{id}", rename_stream},
    edge::route{"DELETE", "/api/streams/{id}", delete_stream},
    edge::route{"POST", "/api/streams/{id}/end", end_stream},
    edge::route{"PUT", "/api/streams/{id}/simulcast", set_simulcast},
    edge::route{"GET", "/api/streams/{id}/outputs", list_outputs},
    edge::route{"POST", "/api/streams/{id}/outputs", add_output},
    edge::route{"PATCH", "/api/streams/{id}/outputs/{output}", switch_output},
    edge::route{"DELETE", "/api/streams/{id}/outputs/{output}", remove_output},
    edge::route{"GET", "/api/streams/{id}/credentials", get_credentials},
    edge::route{"POST", "/api/streams/{id}/credentials/rotate", rotate_credentials},
    edge::route{"GET", "/api/streams/{id}/invites", list_invites},
    edge::route{"POST", "/api/streams/{id}/invites", create_invite},
    edge::route{"DELETE", "/api/streams/{id}/invites/{invite}", revoke_invite},
    edge::route{"GET", "/api/streams/{id}/status", get_status},
    edge::route{"OPTIONS", "/api/streams/{id}/whip", publishing_options},
    edge::route{"POST", "/api/streams/{id}/whip", begin_publishing},
    edge::route{"PATCH", "/api/streams/{id}/whip/{session}", patch_session},
    edge::route{"DELETE", "/api/streams/{id}/whip/{session}", end_publishing},
    edge::route{"GET", "/api/streams/{id}/recordings", list_recordings},
    edge::route{"GET", "/api/streams/{id}/playback", get_playback},
    edge::route{"GET", "/api/relay/streams/{id}/destination", get_destination},
    edge::route{"POST", "/api/relay/authorize", authorize_relay},
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
