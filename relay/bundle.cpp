#include "bundle.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace relay {

namespace {

// A section's attribute, or else the session's (RFC 8866, section 5.13).
std::string_view effective_attribute(const GstSDPMessage* sdp, const GstSDPMedia* media, const char* name) {
  const char* value = gst_sdp_media_get_attribute_val(media, name);
  if (value == nullptr) {
    value = gst_sdp_message_get_attribute_val(sdp, name);
  }
  return value == nullptr ? std::string_view{} : std::string_view{value};
}

// A port that stands for no address (RFC 9429, section 5.2.1).
constexpr guint discard_port = 9;

// The mids of a group's line, between spaces.
std::optional<std::string> bundled_mids(const GstSDPAttribute& line) {
  constexpr std::string_view name = "BUNDLE";
  std::string_view value = line.value == nullptr ? "" : line.value;
  if (std::string_view{line.key} != "group" || !value.starts_with("BUNDLE ")) {
    return std::nullopt;
  }
  return std::string{value.substr(name.size())} + ' ';
}

// Removes groups of other kinds. Returns the mids of the bundle.
std::string keep_bundle(GstSDPMessage* sdp) {
  std::string mids;
  for (guint i = gst_sdp_message_attributes_len(sdp); i > 0; --i) {
    const GstSDPAttribute* line = gst_sdp_message_get_attribute(sdp, i - 1);
    if (auto bundled = bundled_mids(*line)) {
      mids = std::move(*bundled);
    } else if (std::string_view{line->key} == "group") {
      gst_sdp_message_remove_attribute(sdp, i - 1);
    }
  }
  return mids;
}

// The section that has the transport of the whole bundle: the one named first (RFC 9143, section 7.2).
const GstSDPMedia* transport_section(const GstSDPMessage* sdp, std::string_view mids) {
  for (guint i = 0; i < gst_sdp_message_medias_len(sdp); ++i) {
    const GstSDPMedia* each = gst_sdp_message_get_media(sdp, i);
    const char* mid = gst_sdp_media_get_attribute_val(each, "mid");
    if (mid != nullptr && mids.starts_with(' ' + std::string{mid} + ' ')) {
      return each;
    }
  }
  return gst_sdp_message_get_media(sdp, 0);
}

void complete(GstSDPMessage* sdp, std::string_view mids) {
  const GstSDPMedia* source = transport_section(sdp, mids);
  for (guint i = 0; i < gst_sdp_message_medias_len(sdp); ++i) {
    auto* section = const_cast<GstSDPMedia*>(gst_sdp_message_get_media(sdp, i));
    for (const char* name : {"ice-ufrag", "ice-pwd", "fingerprint", "setup"}) {
      std::string value{effective_attribute(sdp, section, name)};
      if (value.empty()) {
        value = effective_attribute(sdp, source, name);
      }
      if (!value.empty() && gst_sdp_media_get_attribute_val(section, name) == nullptr) {
        gst_sdp_media_add_attribute(section, name, value.c_str());
      }
    }
    if (!mids.empty() && gst_sdp_media_get_attribute_val(section, "rtcp-mux") == nullptr) {
      gst_sdp_media_add_attribute(section, "rtcp-mux", ""); // a bundle implies it
    }
    for (guint line = gst_sdp_media_attributes_len(section); line > 0; --line) {
      if (std::string_view{gst_sdp_media_get_attribute(section, line - 1)->key} == "bundle-only") {
        gst_sdp_media_remove_attribute(section, line - 1);
        gst_sdp_media_set_port_info(section, discard_port, 1);
      }
    }
  }
}

bool is_bundled(const GstSDPMessage* sdp, std::string_view mids) {
  guint sections = gst_sdp_message_medias_len(sdp);
  if (sections == 1) {
    return true;
  }
  for (guint i = 0; i < sections; ++i) {
    const char* mid = gst_sdp_media_get_attribute_val(gst_sdp_message_get_media(sdp, i), "mid");
    if (mid == nullptr || !mids.contains(' ' + std::string{mid} + ' ')) {
      return false;
    }
  }
  return true;
}

} // namespace

bool unfold_bundle(GstSDPMessage* sdp) {
  const std::string mids = keep_bundle(sdp);
  if (!is_bundled(sdp, mids)) {
    return false;
  }
  complete(sdp, mids);
  return true;
}

} // namespace relay
