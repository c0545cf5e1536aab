// The bundle of an SDP offer: sections that share one transport (RFC 9143).
#pragma once

#include "gst_ptr.h"

namespace relay {

// Writes the transport into each section, because webrtcbin looks nowhere else: an offer may have it once for
// the session, or only in the first section of a bundle, whose others then have port 0 and `bundle-only` (RFC
// 9143, section 7.2.1). Groups of other kinds, such as LS, are removed: webrtcbin looks only at the first
// one. Returns false if there are several sections and they are not one bundle.
[[nodiscard]] bool unfold_bundle(GstSDPMessage* sdp);

} // namespace relay
