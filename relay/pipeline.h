// A GStreamer pipeline on the clock that all of them share, so that a time in one is the same time in each.
#pragma once

#include "gst_ptr.h"

#include <functional>
#include <memory>
#include <string_view>

namespace relay {

class pipeline {
public:
  // Takes elements as gst-launch writes them: a constant of the program. Errors that elements report, and the
  // end of the stream, come on the main loop.
  struct events {
    std::function<void(std::string_view why)> failed; // a literal, never what an element said
    std::function<void()> ended;
  };
  pipeline(std::string_view elements, events listeners);
  pipeline(const pipeline&) = delete;
  pipeline& operator=(const pipeline&) = delete;
  // Stopped on one of GStreamer's threads: an element that takes its time holds up nobody.
  ~pipeline();

  [[nodiscard]] GstElement* get() const noexcept { return elements_.get(); }
  [[nodiscard]] gst_ptr<GstElement> find(const char* name) const;

  // Starts it so that its time zero is at `origin` of the shared time.
  void play(GstClockTime origin = 0);

  // The shared time now, in nanoseconds since the program started.
  static GstClockTime time();

private:
  gst_ptr<GstElement> elements_;
  std::shared_ptr<events> listeners_;
  guint watch_ = 0;
};

} // namespace relay
