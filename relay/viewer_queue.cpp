#include "viewer_queue.h"

#include <utility>

namespace relay {

viewer_queue::viewer_queue(gst_ptr<GstElement> source, track of) : source_(std::move(source)) {
  gst_app_src_set_max_bytes(GST_APP_SRC(source_.get()), 0);
  if (of == track::opus) {
    gst_app_src_set_max_buffers(GST_APP_SRC(source_.get()), most_sound);
    gst_app_src_set_leaky_type(GST_APP_SRC(source_.get()), GST_APP_LEAKY_TYPE_DOWNSTREAM);
  }
}

bool viewer_queue::push(const media_sample& what) {
  if (!source_) {
    return true;
  }
  GstAppSrc* into = GST_APP_SRC(source_.get());
  if (what.track == track::h264) {
    if (gst_app_src_get_current_level_bytes(into) > most_picture) {
      waits_for_key_frame_ = true;
      return true;
    }
    if (waits_for_key_frame_ && !what.key_frame) {
      return false;
    }
    waits_for_key_frame_ = false;
  }
  gst_app_src_push_sample(into, shifted(what, 0).get());
  return true;
}

} // namespace relay
