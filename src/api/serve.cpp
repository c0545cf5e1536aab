#include "api/serve.h"

#include "api/http/allowed_origins.h"
#include "crypto/hex.h"
#include "edge/http/router.h"
#include "edge/http/serve.h"

#include <array>
#include <string>
#include <vector>

namespace api {

// Every address: its method, its pattern, and its handler, which the next lines declare. A handler is defined
// in a file of src/api/routes, except for health.cpp and webhooks.cpp.
#define ROUTES(ROUTE)                                                                                        \
  ROUTE("POST", "/api/streams/create-whip", create_whip)                                                     \
  ROUTE("POST", "/api/streams/create", create_at_mux)                                                        \
  ROUTE("POST", "/api/streams", create_stream)                                                               \
  ROUTE("GET", "/api/streams", list_streams)                                                                 \
  ROUTE("GET", "/api/streams/{id}", get_stream)                                                              \
  ROUTE("PATCH", "/api/streams/{id}", change_stream)                                                         \
  ROUTE("DELETE", "/api/streams/{id}", delete_stream)                                                        \
  ROUTE("POST", "/api/streams/{id}/end", end_stream)                                                         \
  ROUTE("PUT", "/api/streams/{id}/simulcast", set_simulcast)                                                 \
  ROUTE("GET", "/api/streams/{id}/activity", get_activity)                                                   \
  ROUTE("GET", "/api/streams/{id}/events", list_events)                                                      \
  ROUTE("POST", "/api/streams/{id}/events/{event}/redeliver", redeliver_event)                               \
  ROUTE("GET", "/watch/{id}", get_watch_page)                                                                \
  ROUTE("GET", "/api/streams/{id}/outputs", list_outputs)                                                    \
  ROUTE("POST", "/api/streams/{id}/outputs", add_output)                                                     \
  ROUTE("PATCH", "/api/streams/{id}/outputs/{output}", switch_output)                                        \
  ROUTE("DELETE", "/api/streams/{id}/outputs/{output}", remove_output)                                       \
  ROUTE("GET", "/api/streams/{id}/credentials", get_credentials)                                             \
  ROUTE("POST", "/api/streams/{id}/credentials/rotate", rotate_credentials)                                  \
  ROUTE("GET", "/api/streams/{id}/invites", list_invites)                                                    \
  ROUTE("POST", "/api/streams/{id}/invites", create_invite)                                                  \
  ROUTE("DELETE", "/api/streams/{id}/invites/{invite}", revoke_invite)                                       \
  ROUTE("GET", "/api/streams/{id}/status", get_status)                                                       \
  ROUTE("OPTIONS", "/api/streams/{id}/whip", publishing_options)                                             \
  ROUTE("POST", "/api/streams/{id}/whip", begin_publishing)                                                  \
  ROUTE("DELETE", "/api/streams/{id}/whip", stop_publishing)                                                 \
  ROUTE("POST", "/api/streams/{id}/whip/{session}", publish_again)                                           \
  ROUTE("PATCH", "/api/streams/{id}/whip/{session}", patch_session)                                          \
  ROUTE("DELETE", "/api/streams/{id}/whip/{session}", end_publishing)                                        \
  ROUTE("OPTIONS", "/app/{key}/whip", publishing_options)                                                    \
  ROUTE("POST", "/app/{key}/whip", publish_by_key)                                                           \
  ROUTE("POST", "/api/streams/{id}/uploads", create_upload)                                                  \
  ROUTE("GET", "/api/streams/{id}/uploads/{upload}", get_upload)                                             \
  ROUTE("GET", "/api/streams/{id}/recordings", list_recordings)                                              \
  ROUTE("DELETE", "/api/streams/{id}/recordings/{recording}", delete_recording)                              \
  ROUTE("POST", "/api/streams/{id}/recordings/{recording}/clips", create_clip)                               \
  ROUTE("POST", "/api/streams/{id}/recordings/{recording}/captions", create_captions)                        \
  ROUTE("GET", "/api/streams/{id}/recordings/{recording}/captions", get_captions)                            \
  ROUTE("POST", "/api/streams/{id}/recordings/{recording}/download", create_download)                        \
  ROUTE("GET", "/api/streams/{id}/recordings/{recording}/download", get_download)                            \
  ROUTE("GET", "/api/streams/{id}/playback", get_playback)                                                   \
  ROUTE("GET", "/api/streams/{id}/calendar", get_calendar)                                                   \
  ROUTE("GET", "/api/streams/{id}/room", enter_room)                                                         \
  ROUTE("GET", "/api/relay/streams/{id}/destination", get_destination)                                       \
  ROUTE("POST", "/api/relay/authorize", authorize_relay)                                                     \
  ROUTE("PUT", "/api/memorials/{id}", put_memorial)                                                          \
  ROUTE("GET", "/api/memorials/{id}", get_memorial)                                                          \
  ROUTE("DELETE", "/api/memorials/{id}", remove_memorial)                                                    \
  ROUTE("POST", "/api/webhooks/mux", mux_webhook)                                                            \
  ROUTE("POST", "/api/webhooks/stream-status", cloudflare_webhook)                                           \
  ROUTE("POST", "/api/webhooks/livekit", livekit_webhook)                                                    \
  ROUTE("GET", "/healthz", health)                                                                           \
  ROUTE("GET", "/readyz", readiness)

#define DECLARE(method, pattern, handler) edge::task<edge::result<>> handler(edge::context& request);
ROUTES(DECLARE)
DECLARE("POST", "/event", cloudflare_event)

namespace {

#define ENTRY(method, pattern, handler) edge::route{method, pattern, handler},
constexpr std::array routes{ROUTES(ENTRY)};
constexpr std::array events{ENTRY("POST", "/event", cloudflare_event)};

std::string new_id(edge::context& request) { return crypto::hex_encode(request.host.random().take(16)); }

} // namespace

edge::task<void> serve(edge::context& request) {
  request.request_id = new_id(request);
  const std::vector<std::string> origins = allowed_origins(request.host.settings());
  co_await edge::serve(request, routes, origins);
}

edge::task<void> serve_event(edge::context& request) {
  request.request_id = new_id(request);
  return edge::serve(request, events);
}

} // namespace api
