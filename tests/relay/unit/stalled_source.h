// A source of the kind that receivers are fed by, which plays nothing: what is pushed stays in its queue.
#pragma once

#include "gst_ptr.h"

#include <gst/app/gstappsrc.h>

namespace relay_test {

// Without a registry: the library contains the element, so no plugin is looked for.
inline relay::gst_ptr<GstElement> make_source() {
  g_setenv("GST_REGISTRY_DISABLE", "yes", TRUE);
  gst_init(nullptr, nullptr);
  return relay::gst_ptr<GstElement>{GST_ELEMENT(gst_object_ref_sink(g_object_new(
      GST_TYPE_APP_SRC, "format", GST_FORMAT_TIME, "is-live", TRUE, "max-bytes", guint64{0}, nullptr)))};
}

// A live source sends only once it plays.
struct stalled_source {
  stalled_source() { gst_element_set_state(element.get(), GST_STATE_PAUSED); }
  stalled_source(const stalled_source&) = delete;
  stalled_source& operator=(const stalled_source&) = delete;
  ~stalled_source() { gst_element_set_state(element.get(), GST_STATE_NULL); }

  [[nodiscard]] GstAppSrc* source() const { return GST_APP_SRC(element.get()); }
  [[nodiscard]] guint64 frames() const { return gst_app_src_get_current_level_buffers(source()); }
  [[nodiscard]] guint64 bytes() const { return gst_app_src_get_current_level_bytes(source()); }

  relay::gst_ptr<GstElement> element = make_source();
};

} // namespace relay_test
