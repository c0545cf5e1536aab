// One connection to an RTMP server, from its first key frame to its end.
#pragma once

#include "destination.h"
#include "main_loop.h"
#include "media_sample.h"
#include "pipeline.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

namespace relay {

class rtmp_connection {
public:
  struct events {
    std::function<void(std::string_view why)> failed; // a literal
    std::function<void()> ended;                      // finish() is done and everything was sent
  };
  // Starts connecting. `origin` on the shared clock is the connection's time zero.
  rtmp_connection(const destination& to, bool with_audio, GstClockTime origin, events listeners);

  // Sends an h264 or aac sample. Returns false if too much data is waiting: give the connection up.
  [[nodiscard]] bool push(const media_sample& what);
  // Sends waiting data, closes the stream and then calls `ended`.
  void finish();

  [[nodiscard]] bool with_audio() const noexcept { return audio_ != nullptr; }
  // Bytes sent so far, including the handshake.
  [[nodiscard]] std::uint64_t bytes_sent() const;

private:
  GstClockTime origin_;
  pipeline pipeline_;
  gst_ptr<GstElement> video_;
  gst_ptr<GstElement> audio_; // null without audio
};

} // namespace relay
