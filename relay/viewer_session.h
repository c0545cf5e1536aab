// A viewer: a WebRTC connection that gets a broadcast's H.264 and Opus unchanged.
#pragma once

#include "configuration.h"
#include "media_sample.h"
#include "offer.h"
#include "peer_connection.h"
#include "pipeline.h"
#include "viewer_queue.h"

#include <functional>
#include <memory>
#include <string_view>

namespace relay {

class viewer_session : public std::enable_shared_from_this<viewer_session> {
public:
  struct events {
    std::function<void()> key_frame_wanted;
    std::function<void(std::string_view why)> failed;
  };
  // Creates the connection for the media in the viewer's offer.
  static std::shared_ptr<viewer_session> make(const offer& from, const configuration& settings,
                                              events listeners);

  void answer(offer&& from, peer_connection::answered done) {
    peer_->answer(std::move(from), std::move(done));
  }
  // Sends h264 and opus samples, starting with a key frame.
  void push(const media_sample& what);

  // Forwards the viewer's request for a key frame.
  void ask_key_frame();

  [[nodiscard]] peer_connection& peer() noexcept { return *peer_; }
  // When the viewer was last connected, or when the session started.
  [[nodiscard]] monotonic_time last_connected() const noexcept { return last_connected_; }

private:
  explicit viewer_session(events listeners) : listeners_(std::move(listeners)) {}
  void start(const offer& from, const configuration& settings);

  events listeners_;
  std::unique_ptr<pipeline> pipeline_;
  std::shared_ptr<peer_connection> peer_;
  viewer_queue video_;
  viewer_queue audio_;
  monotonic_time last_connected_ = now();
};

} // namespace relay
