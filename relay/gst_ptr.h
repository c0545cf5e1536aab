// Smart pointers for GLib and GStreamer objects.
#pragma once

#include <gst/gst.h>
#include <gst/sdp/sdp.h>
#include <gst/webrtc/webrtc.h>
#include <memory>

namespace relay {

// Frees with the library's own function, such as `g_free`.
template <auto Free>
struct freed_by {
  template <class T>
  void operator()(T* owned) const noexcept {
    Free(owned);
  }
};

// For types derived from GstMiniObject, whose own unref functions are inline.
struct unref_mini_object {
  template <class T>
  void operator()(T* owned) const noexcept {
    gst_mini_object_unref(GST_MINI_OBJECT_CAST(owned));
  }
};

using text_ptr = std::unique_ptr<char, freed_by<g_free>>;
using error_ptr = std::unique_ptr<GError, freed_by<g_error_free>>;
using caps_ptr = std::unique_ptr<GstCaps, unref_mini_object>;
using sample_ptr = std::unique_ptr<GstSample, unref_mini_object>;
using structure_ptr = std::unique_ptr<GstStructure, freed_by<gst_structure_free>>;
using sdp_ptr = std::unique_ptr<GstSDPMessage, freed_by<gst_sdp_message_free>>;
using description_ptr =
    std::unique_ptr<GstWebRTCSessionDescription, freed_by<gst_webrtc_session_description_free>>;

// An object derived from GstObject.
template <class T>
using gst_ptr = std::unique_ptr<T, freed_by<gst_object_unref>>;
// Any other object.
template <class T>
using object_ptr = std::unique_ptr<T, freed_by<g_object_unref>>;

// Another owner of the same object.
template <class T>
gst_ptr<T> share(T* object) {
  return gst_ptr<T>{static_cast<T*>(gst_object_ref(object))};
}

} // namespace relay
