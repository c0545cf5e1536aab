// An SDP offer (RFC 8866, RFC 9429) of a publisher or a viewer: looked at before GStreamer sees it, and
// reduced to the formats that the relay takes, so that webrtcbin has no choice left to make.
#pragma once

#include "edge/http/problem.h"
#include "gst_ptr.h"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace relay {

enum class codec : std::uint8_t { h264, vp8, opus };
enum class media_kind : std::uint8_t { video, audio };

// Which way media flows, as the client says it.
enum class flow : std::uint8_t { sends, receives };

struct offered_media {
  media_kind kind;
  relay::codec codec;
  int payload_type;
  std::string profile;             // H.264's profile-level-id, in small letters; empty where it has none
  std::optional<int> transport_cc; // the header extension that congestion control counts packets with
};

struct offer {
  sdp_ptr sdp; // the reduced offer
  std::vector<offered_media> media;
  std::string mid; // of the first section, which the others are bundled into
  std::string ufrag;
  std::string password;

  [[nodiscard]] const offered_media* find(media_kind kind) const;
};

// Takes what a client sent, and which way its media has to flow. Gives the offer, or a 400 where it is no
// SDP, or a 422 where it asks for what the relay does not do. H.264 in one packetization is preferred,
// constrained baseline first; VP8 is taken from a publisher that has no H.264.
[[nodiscard]] std::expected<offer, edge::problem> read_offer(std::string_view text, flow wanted);

} // namespace relay
