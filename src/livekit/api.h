// The part of LiveKit's API that turns a phone's WHIP into RTMPS: an ingress puts the phone into a room, and
// a participant egress sends it on. Twirp: POST with JSON, and a token for each client (LiveKit
// documentation, "Server APIs", and livekit-server, August 2026). The room is named after the stream's tag
// with the setting DEPLOYMENT, the ingress after the one with this deployment's id.
//
// Every call fails with the errors of edge::error, as those of mux::api do. Whatever a task takes by
// reference or view must outlive it.
#pragma once

#include "crypto/secret.h"
#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"
#include "livekit/settings.h"
#include "providers/rest_client.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace livekit {

// Of the picture that a phone sends, as it is upright.
enum class picture : std::uint8_t { unknown, wide, tall };

struct ingress {
  std::string id;
  std::string name; // a stream's tag, if the ingress is ours; so is the room
  std::string room;
  std::string url;           // where the phone publishes
  crypto::secret stream_key; // the bearer there
  bool is_publishing = false;
  livekit::picture picture = livekit::picture::unknown; // known soon after the phone publishes
};

class api {
public:
  static constexpr edge::milliseconds call_timeout = providers::rest_client::call_timeout;

  // The host must outlive this. No call begins after the deadline or lasts beyond it.
  api(edge::host& host, const settings& with, edge::timestamp deadline);

  // The ingresses of a room, or all of the project if it is empty, in the order of their ids.
  edge::task<edge::outcome<std::vector<ingress>>> list_ingresses(std::string_view room);

  // Its participant is `identity`. LiveKit knows no idempotency key: list_ingresses finds what a call with an
  // unknown effect made.
  edge::task<edge::outcome<ingress>> create_ingress(std::string_view room, std::string_view name);

  // Ends its broadcast, and with it the egress. Its key is refused from then on. Succeeds also if there is no
  // such ingress.
  edge::task<edge::status> delete_ingress(std::string_view id);

  // Whether something is sent on from the room, or is about to begin or to end.
  edge::task<edge::outcome<bool>> has_egress(std::string_view room);

  // Sends the room's participant to an RTMPS address that includes its key, as a picture of that shape: the
  // other gets black borders. Not found if there is no such room. LiveKit ends the egress when the
  // participant leaves.
  edge::task<edge::status> start_egress(std::string_view room, const crypto::secret& to, picture shape);

private:
  providers::rest_client client_;
};

} // namespace livekit
