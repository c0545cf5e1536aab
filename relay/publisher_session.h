// A publishing phone: its WebRTC connection, and the elements that produce H.264, AAC and Opus.
#pragma once

#include "configuration.h"
#include "decode_times.h"
#include "key_frame_requests.h"
#include "media_sample.h"
#include "offer.h"
#include "peer_connection.h"
#include "pipeline.h"

#include <functional>
#include <memory>
#include <string_view>

namespace relay {

class publisher_session : public std::enable_shared_from_this<publisher_session> {
public:
  struct events {
    std::function<void(media_sample)> received;
    std::function<void(std::string_view why)> failed;
  };
  static std::shared_ptr<publisher_session> make(const configuration& settings, events listeners);

  void answer(offer&& from, peer_connection::answered done);
  // Asks the publisher for a key frame, now or as soon as it may be asked again.
  void want_key_frame();
  // Asks for a key frame if it is time for one. Call this several times per second.
  void check_key_frame();
  // Stops receiving.
  void close();

  // Passes on a track's waiting frames; called for each new one.
  void drain(relay::track from);

  [[nodiscard]] peer_connection& peer() noexcept { return *peer_; }
  // When media last arrived, or when the session started.
  [[nodiscard]] monotonic_time last_heard() const noexcept { return last_heard_; }
  [[nodiscard]] bool has_sent() const noexcept { return has_sent_; }

private:
  explicit publisher_session(events listeners) : listeners_(std::move(listeners)) {}
  void start(const configuration& settings);

  events listeners_;
  std::unique_ptr<pipeline> pipeline_;
  std::shared_ptr<peer_connection> peer_;
  monotonic_time last_heard_ = now();
  key_frame_requests key_frames_;
  decode_times decode_times_;
  bool has_sent_ = false;
};

} // namespace relay
