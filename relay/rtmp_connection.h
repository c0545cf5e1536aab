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
    std::function<void()> ended;                      // finish() is done: everything has been sent
  };
  // Begins to connect. `origin` on the shared clock is the connection's time zero.
  rtmp_connection(const destination& to, bool with_audio, GstClockTime origin, events listeners);

  // Sends h264 or aac on. False where so much is waiting that the other side has to be given up: memory is
  // bounded.
  [[nodiscard]] bool push(const media_sample& what);
  // Sends what is waiting, says good-bye, and then tells that it has ended.
  void finish();

  [[nodiscard]] bool with_audio() const noexcept { return audio_ != nullptr; }
  // What has been sent, the handshake included.
  [[nodiscard]] std::uint64_t bytes_sent() const;

private:
  GstClockTime origin_;
  pipeline pipeline_;
  gst_ptr<GstElement> video_;
  gst_ptr<GstElement> audio_; // null where there is none
};

} // namespace relay
