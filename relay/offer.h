// An SDP offer (RFC 8866, RFC 9429) from a publisher or viewer. It is checked before GStreamer sees it and
// reduced to the formats that the relay takes, so that webrtcbin has no choice to make.
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

// The direction of media, from the client's point of view.
enum class flow : std::uint8_t { sends, receives };

struct offered_media {
  media_kind kind;
  relay::codec codec;
  int payload_type;
  std::string profile;             // H.264's profile-level-id in lower case; may be empty
  std::optional<int> transport_cc; // header extension id for congestion control
};

struct offer {
  sdp_ptr sdp; // the reduced offer
  std::vector<offered_media> media;
  std::string mid; // of the first section, into which the others are bundled
  std::string ufrag;
  std::string password;

  [[nodiscard]] const offered_media* find(media_kind kind) const;
};

// Reads a client's offer for the given direction. Returns a 400 if the text is not SDP, and a 422 if the
// relay does not support the offer. H.264 with packetization-mode=1 is preferred, constrained baseline first.
// VP8 is taken from a publisher that has no H.264.
[[nodiscard]] std::expected<offer, edge::problem> read_offer(std::string_view text, flow wanted);

} // namespace relay
