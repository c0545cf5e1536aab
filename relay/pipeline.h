// A GStreamer pipeline. All pipelines share one clock, so a time means the same in each.
#pragma once

#include "gst_ptr.h"

#include <functional>
#include <memory>
#include <string_view>

namespace relay {

class pipeline {
public:
  // Takes elements in gst-launch syntax, always a constant of the program. Errors and the end of the stream
  // are reported on the main loop.
  struct events {
    std::function<void(std::string_view why)> failed; // a literal, never what an element said
    std::function<void()> ended;
  };
  pipeline(std::string_view elements, events listeners);
  pipeline(const pipeline&) = delete;
  pipeline& operator=(const pipeline&) = delete;
  // Stops on one of GStreamer's threads, so that a slow element blocks nothing.
  ~pipeline();

  [[nodiscard]] GstElement* get() const noexcept { return elements_.get(); }
  [[nodiscard]] gst_ptr<GstElement> find(const char* name) const;

  // Starts the pipeline with its time zero at `origin` of the shared time.
  void play(GstClockTime origin = 0);

  // The shared time now, in nanoseconds since the program started.
  static GstClockTime time();

private:
  gst_ptr<GstElement> elements_;
  std::shared_ptr<events> listeners_;
  guint watch_ = 0;
};

} // namespace relay
