// One connection to an RTMP server, from its first key frame to its end.
#pragma once

#include "destination.h"
#include "main_loop.h"
#include "media_sample.h"
#include "pipeline.h"
#include "silence.h"

#include <cstdint>
#include <functional>
#include <gst/app/gstappsrc.h>
#include <memory>
#include <string_view>

namespace relay {

// Whether so much waits in it for the server that the connection is to be given up.
[[nodiscard]] bool is_full(GstAppSrc* queue);

class rtmp_connection {
public:
  struct events {
    std::function<void(std::string_view why)> failed; // a literal
    std::function<void()> ended;                      // finish() is done and everything was sent
  };
  // Starts connecting. `origin` on the shared clock is the connection's time zero.
  rtmp_connection(const destination& to, GstClockTime origin, events listeners);

  // Sends an h264 sample, or an aac sample, with silence before it and below the picture where sound is
  // missing. Returns false if too much data is waiting: give the connection up.
  [[nodiscard]] bool push(const media_sample& what);
  // Another publisher comes: the time without one stays a gap.
  void expect_publisher() noexcept { silence_.skip(); }
  // Sends waiting data, closes the stream and then calls `ended`.
  void finish();

  // Bytes sent so far, including the handshake.
  [[nodiscard]] std::uint64_t bytes_sent() const;

private:
  [[nodiscard]] bool send(const media_sample& what);
  [[nodiscard]] bool fill();

  GstClockTime origin_;
  silence silence_;
  pipeline pipeline_;
  gst_ptr<GstElement> video_;
  gst_ptr<GstElement> audio_;
};

} // namespace relay
