#include "offer.h"

#include "bundle.h"
#include "ice_fragment.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <ranges>

namespace relay {

namespace {

using failure = std::unexpected<edge::problem>;

failure not_sdp(std::string detail) {
  return failure{
      {.status = 400, .type = "invalid-sdp", .title = "Not an SDP offer", .detail = std::move(detail)}};
}

failure unacceptable(std::string detail) {
  return failure{{.status = 422,
                  .type = "unacceptable-offer",
                  .title = "Unacceptable offer",
                  .detail = std::move(detail)}};
}

std::string_view attribute(const GstSDPMedia* media, const char* name) {
  const char* value = gst_sdp_media_get_attribute_val(media, name);
  return value == nullptr ? std::string_view{} : std::string_view{value};
}

bool has_direction(const GstSDPMessage* sdp, const GstSDPMedia* media, std::string_view name) {
  std::string key{name};
  return gst_sdp_media_get_attribute_val(media, key.c_str()) != nullptr ||
         gst_sdp_message_get_attribute_val(sdp, key.c_str()) != nullptr;
}

bool flows(const GstSDPMessage* sdp, const GstSDPMedia* media, flow wanted) {
  if (has_direction(sdp, media, "inactive")) {
    return false;
  }
  return !has_direction(sdp, media, wanted == flow::sends ? "recvonly" : "sendonly");
}

// The leading number of a value such as "111 opus/48000/2".
std::optional<int> payload_of(std::string_view value) {
  int number = 0;
  auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc{} || number < 0 || number > 127) {
    return std::nullopt;
  }
  if (end != value.data() + value.size() && *end != ' ') {
    return std::nullopt;
  }
  return number;
}

std::string lower(std::string_view text) {
  std::string made{text};
  std::ranges::transform(made, made.begin(), [](unsigned char each) { return std::tolower(each); });
  return made;
}

struct format {
  int payload_type = 0;
  std::string encoding;   // "h264/90000"
  std::string parameters; // from fmtp, in lower case
};

std::vector<format> formats_of(const GstSDPMedia* media) {
  std::vector<format> formats;
  for (guint i = 0; i < gst_sdp_media_attributes_len(media); ++i) {
    const GstSDPAttribute* each = gst_sdp_media_get_attribute(media, i);
    std::string_view key = each->key;
    if (each->value == nullptr || (key != "rtpmap" && key != "fmtp")) {
      continue;
    }
    std::string_view value = each->value;
    auto number = payload_of(value);
    if (!number || !value.contains(' ')) {
      continue;
    }
    std::string rest = lower(value.substr(value.find(' ') + 1));
    auto found = std::ranges::find(formats, *number, &format::payload_type);
    if (found == formats.end()) {
      found =
          formats.insert(formats.end(), format{.payload_type = *number, .encoding = {}, .parameters = {}});
    }
    (key == "rtpmap" ? found->encoding : found->parameters) = std::move(rest);
  }
  return formats;
}

// H.264's profile and level: three hexadecimal bytes (RFC 6184, section 8.1).
std::string profile_of(const format& each) {
  constexpr std::string_view name = "profile-level-id=";
  std::size_t at = each.parameters.find(name);
  if (at == std::string::npos) {
    return {};
  }
  std::string profile = each.parameters.substr(at + name.size(), 6);
  bool valid = profile.size() == 6 && profile.find_first_not_of("0123456789abcdef") == std::string::npos;
  return valid ? profile : std::string{};
}

// A format's rank, lower is better; nullopt if the relay does not take it.
std::optional<int> rank_of(const format& each, media_kind kind, flow wanted) {
  if (kind == media_kind::audio) {
    return each.encoding == "opus/48000/2" ? std::optional{0} : std::nullopt;
  }
  if (each.encoding == "vp8/90000") {
    return wanted == flow::sends ? std::optional{9} : std::nullopt;
  }
  if (each.encoding != "h264/90000" || !each.parameters.contains("packetization-mode=1")) {
    return std::nullopt;
  }
  std::string profile = profile_of(each);
  if (profile.starts_with("42e0")) {
    return 0;
  }
  return profile.starts_with("42") ? 1 : 2;
}

codec codec_of(const format& each) {
  if (each.encoding.starts_with("opus")) {
    return codec::opus;
  }
  return each.encoding.starts_with("vp8") ? codec::vp8 : codec::h264;
}

// The payload type that retransmits lost packets of another one (RFC 4588).
std::optional<int> retransmission_of(const std::vector<format>& formats, int payload_type) {
  std::string wanted = "apt=" + std::to_string(payload_type);
  auto found = std::ranges::find_if(formats, [&](const format& each) {
    return each.encoding == "rtx/90000" &&
           (each.parameters == wanted || each.parameters.starts_with(wanted + ";"));
  });
  return found == formats.end() ? std::nullopt : std::optional{found->payload_type};
}

constexpr std::string_view transport_cc =
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

std::optional<int> transport_cc_of(const GstSDPMedia* media) {
  for (guint i = 0; i < gst_sdp_media_attributes_len(media); ++i) {
    const GstSDPAttribute* each = gst_sdp_media_get_attribute(media, i);
    std::string_view value = each->value == nullptr ? "" : each->value;
    // Only the one-byte form is supported (RFC 8285, section 4.2).
    auto id = payload_of(value);
    if (std::string_view{each->key} == "extmap" && value.ends_with(transport_cc) && id && *id >= 1 &&
        *id <= 14) {
      return id;
    }
  }
  return std::nullopt;
}

// Whether to keep a section's line when only these payload types remain. The video orientation extension is
// removed, so that the phone rotates the picture itself.
bool stays(const GstSDPAttribute& line, const std::vector<int>& payload_types) {
  std::string_view key = line.key;
  std::string_view value = line.value == nullptr ? "" : line.value;
  if (key == "rtpmap" || key == "fmtp" || key == "rtcp-fb") {
    auto number = payload_of(value);
    bool ours = number && std::ranges::contains(payload_types, *number);
    return ours && !value.ends_with("goog-remb");
  }
  if (key == "extmap") {
    return value.ends_with(transport_cc) || value.ends_with("sdes:mid");
  }
  if (key == "candidate") {
    return is_usable_candidate("candidate:" + std::string{value});
  }
  return key != "rid" && key != "simulcast" && key != "extmap-allow-mixed";
}

void reduce(GstSDPMedia* media, const std::vector<int>& payload_types) {
  while (gst_sdp_media_formats_len(media) > 0) {
    gst_sdp_media_remove_format(media, 0);
  }
  for (int each : payload_types) {
    gst_sdp_media_add_format(media, std::to_string(each).c_str());
  }
  for (guint i = gst_sdp_media_attributes_len(media); i > 0; --i) {
    if (!stays(*gst_sdp_media_get_attribute(media, i - 1), payload_types)) {
      gst_sdp_media_remove_attribute(media, i - 1);
    }
  }
}

std::expected<offered_media, edge::problem> read_media(const GstSDPMessage* sdp, GstSDPMedia* media,
                                                       flow wanted) {
  std::string_view name = media->media == nullptr ? "" : media->media;
  if (name != "video" && name != "audio") {
    return unacceptable("The offer has a section that is neither audio nor video. Leave it out.");
  }
  media_kind kind = name == "video" ? media_kind::video : media_kind::audio;
  if (!flows(sdp, media, wanted)) {
    return unacceptable(wanted == flow::sends ? "A section of the offer does not send. Make it sendonly."
                                              : "A section of the offer does not receive. Make it recvonly.");
  }
  if (gst_sdp_media_get_attribute_val(media, "mid") == nullptr) {
    return unacceptable("A section of the offer has no mid.");
  }
  if (!attribute(media, "fingerprint").contains(' ')) {
    return unacceptable("A section of the offer has no certificate fingerprint.");
  }
  std::string_view setup = attribute(media, "setup");
  if (setup != "actpass" && setup != "active" && setup != "passive") {
    return unacceptable("The offer's setup must be actpass, active or passive.");
  }

  std::vector<format> formats = formats_of(media);
  const format* chosen = nullptr;
  int best = 0;
  for (const format& each : formats) {
    auto rank = rank_of(each, kind, wanted);
    if (!rank || (chosen != nullptr && *rank >= best)) {
      continue;
    }
    chosen = &each;
    best = *rank;
  }
  if (chosen == nullptr) {
    return unacceptable(kind == media_kind::audio ? "The offer has no Opus for its audio."
                        : wanted == flow::sends
                            ? "The offer has neither H.264 (packetization-mode=1) nor VP8 for its video."
                            : "The offer has no H.264 (packetization-mode=1) for its video.");
  }
  std::vector<int> kept{chosen->payload_type};
  if (auto again = retransmission_of(formats, chosen->payload_type); again && wanted == flow::sends) {
    kept.push_back(*again);
  }
  offered_media found{.kind = kind,
                      .codec = codec_of(*chosen),
                      .payload_type = chosen->payload_type,
                      .profile = profile_of(*chosen),
                      .transport_cc = transport_cc_of(media)};
  reduce(media, kept);
  return found;
}

// SDP is UTF-8 without control characters (RFC 8866, section 5).
bool is_text(std::string_view text) {
  return g_utf8_validate(text.data(), static_cast<gssize>(text.size()), nullptr) != FALSE &&
         std::ranges::none_of(text, [](unsigned char each) {
           return each < ' ' && each != '\r' && each != '\n' && each != '\t';
         });
}

std::expected<sdp_ptr, edge::problem> parse(std::string_view text) {
  GstSDPMessage* parsed = nullptr;
  gst_sdp_message_new(&parsed);
  sdp_ptr sdp{parsed};
  if (!text.starts_with("v=0") || !is_text(text)) {
    return not_sdp("The body is not SDP: it must be UTF-8 text that starts with v=0.");
  }
  auto result = gst_sdp_message_parse_buffer(reinterpret_cast<const guint8*>(text.data()),
                                             static_cast<guint>(text.size()), sdp.get());
  if (result != GST_SDP_OK || gst_sdp_message_get_origin(sdp.get())->sess_id == nullptr) {
    return not_sdp("The body cannot be read as SDP (RFC 8866).");
  }
  return sdp;
}

} // namespace

const offered_media* offer::find(media_kind kind) const {
  auto found = std::ranges::find(media, kind, &offered_media::kind);
  return found == media.end() ? nullptr : &*found;
}

std::expected<offer, edge::problem> read_offer(std::string_view text, flow wanted) {
  auto sdp = parse(text);
  if (!sdp) {
    return failure{std::move(sdp.error())};
  }
  offer made{.sdp = std::move(*sdp), .media = {}, .mid = {}, .ufrag = {}, .password = {}};
  guint sections = gst_sdp_message_medias_len(made.sdp.get());
  if (sections == 0) {
    return unacceptable("The offer has no media section. Add audio and video.");
  }
  if (sections > 2) {
    return unacceptable("The offer has more than one audio and one video section. Send one of each.");
  }
  if (!unfold_bundle(made.sdp.get())) {
    return unacceptable("The offer does not bundle its sections. Use max-bundle.");
  }

  for (guint i = 0; i < sections; ++i) {
    auto* section = const_cast<GstSDPMedia*>(gst_sdp_message_get_media(made.sdp.get(), i));
    auto media = read_media(made.sdp.get(), section, wanted);
    if (!media) {
      return failure{std::move(media.error())};
    }
    if (made.find(media->kind) != nullptr) {
      return unacceptable("The offer has two sections of the same kind. Send one audio and one video track.");
    }
    made.media.push_back(*media);
  }
  if (wanted == flow::sends && made.find(media_kind::video) == nullptr) {
    return unacceptable("The offer has no video. A broadcast needs a camera.");
  }

  const GstSDPMedia* first = gst_sdp_message_get_media(made.sdp.get(), 0);
  made.mid = gst_sdp_media_get_attribute_val(first, "mid");
  made.ufrag = attribute(first, "ice-ufrag");
  made.password = attribute(first, "ice-pwd");
  if (!is_ice_text(made.ufrag, 4) || !is_ice_text(made.password, 22)) {
    return unacceptable("The offer has no ICE credentials (ice-ufrag and ice-pwd).");
  }
  return made;
}

} // namespace relay
