#include "pipeline.h"

#include <cstdlib>
#include <string>
#include <utility>

namespace relay {

namespace {

GstClock* shared_clock() {
  static GstClock* clock = gst_system_clock_obtain();
  return clock;
}

GstClockTime epoch() {
  static const GstClockTime start = gst_clock_get_time(shared_clock());
  return start;
}

// Describes an element's error in our own words: the element's may contain the address of a destination.
std::string_view reason_of(const GError* error) {
  if (error->domain != GST_RESOURCE_ERROR) {
    return error->domain == GST_STREAM_ERROR ? "the media could not be processed" : "an element failed";
  }
  switch (error->code) {
  case GST_RESOURCE_ERROR_NOT_FOUND:
  case GST_RESOURCE_ERROR_OPEN_READ:
  case GST_RESOURCE_ERROR_OPEN_WRITE:
  case GST_RESOURCE_ERROR_OPEN_READ_WRITE: return "the other side could not be reached";
  case GST_RESOURCE_ERROR_NOT_AUTHORIZED: return "the other side refused";
  case GST_RESOURCE_ERROR_BUSY: return "the other side is busy";
  case GST_RESOURCE_ERROR_READ:
  case GST_RESOURCE_ERROR_WRITE:
  case GST_RESOURCE_ERROR_CLOSE: return "the connection was lost";
  default: return "the connection failed";
  }
}

} // namespace

pipeline::pipeline(std::string_view elements, events listeners)
    : listeners_(std::make_shared<events>(std::move(listeners))) {
  elements_.reset(GST_ELEMENT(gst_object_ref_sink(gst_pipeline_new(nullptr))));
  GstElement* bin = gst_parse_bin_from_description(std::string{elements}.c_str(), FALSE, nullptr);
  if (bin == nullptr) {
    std::abort(); // main has checked that all elements exist
  }
  gst_bin_add(GST_BIN(elements_.get()), bin);
  gst_pipeline_use_clock(GST_PIPELINE(elements_.get()), shared_clock());
  gst_element_set_start_time(elements_.get(), GST_CLOCK_TIME_NONE);

  auto on_message = [](GstBus*, GstMessage* message, gpointer data) -> gboolean {
    // A copy, because a callback may destroy the pipeline.
    const events kept = **static_cast<std::shared_ptr<events>*>(data);
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS && kept.ended) {
      kept.ended();
    }
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR && kept.failed) {
      GError* reported = nullptr;
      gst_message_parse_error(message, &reported, nullptr);
      kept.failed(reason_of(error_ptr{reported}.get()));
    }
    return G_SOURCE_CONTINUE;
  };
  using held = std::shared_ptr<events>;
  const gst_ptr<GstBus> bus{gst_pipeline_get_bus(GST_PIPELINE(elements_.get()))};
  watch_ = gst_bus_add_watch_full(
      bus.get(), G_PRIORITY_DEFAULT, on_message, std::make_unique<held>(listeners_).release(),
      [](gpointer data) { std::default_delete<held>{}(static_cast<held*>(data)); });
}

pipeline::~pipeline() {
  g_source_remove(watch_);
  *listeners_ = {};
  gst_element_call_async(
      elements_.get(), [](GstElement* element, gpointer) { gst_element_set_state(element, GST_STATE_NULL); },
      nullptr, nullptr);
}

gst_ptr<GstElement> pipeline::find(const char* name) const {
  return gst_ptr<GstElement>{gst_bin_get_by_name(GST_BIN(elements_.get()), name)};
}

void pipeline::play(GstClockTime origin) {
  gst_element_set_base_time(elements_.get(), epoch() + origin);
  gst_element_set_state(elements_.get(), GST_STATE_PLAYING);
}

GstClockTime pipeline::time() { return gst_clock_get_time(shared_clock()) - epoch(); }

} // namespace relay
