// Finds the moments without sound: for each of them an RTMP connection gets a silent frame, because encoders
// that send no sound for a while stall the packaging at Cloudflare and Mux.
#pragma once

#include "media_sample.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace relay {

class silence {
public:
  static constexpr GstClockTime frame = 1024 * GST_SECOND / 48'000; // of AAC

  // `origin`: the time of the connection's first frame.
  explicit silence(GstClockTime origin) : next_(origin), last_media_(origin) {}

  // Another publisher comes: leaves a gap for the time without one.
  void skip() noexcept { skips_ = true; }

  // A picture has arrived. Sound that is later than this is missing.
  void see_picture(GstClockTime time) {
    skip_pause(time);
    until_ = std::max(until_, time - std::min(time, patience));
  }
  // Sound has arrived. Returns false if silence has taken its place.
  [[nodiscard]] bool see_sound(GstClockTime time) {
    if (time + frame / 2 < next_) {
      return false;
    }
    skip_pause(time);
    until_ = std::max(until_, time);
    return true;
  }
  // Call after `see_sound` and its silence.
  void wrote_sound(GstClockTime time) { next_ = time + frame; }

  // The time of the next silent frame to write, or nullopt if sound is complete so far.
  [[nodiscard]] std::optional<GstClockTime> next() {
    if (pause_ && next_ + frame > pause_->begin) {
      next_ = std::max(next_, pause_->end);
      pause_.reset();
    }
    if (next_ + frame > (pause_ ? pause_->begin : until_)) {
      return std::nullopt;
    }
    next_ += frame;
    return next_ - frame;
  }

  // A silent frame at this time.
  [[nodiscard]] static media_sample sample(GstClockTime time);

private:
  // How late sound may be, compared with the picture.
  static constexpr GstClockTime patience = 700 * GST_MSECOND;
  // The longest pause of both to fill at once, which must fit into the queue for the server.
  static constexpr GstClockTime longest_fill = 8 * GST_SECOND;

  struct pause {
    GstClockTime begin;
    GstClockTime end;
  };

  void skip_pause(GstClockTime time) {
    if (std::exchange(skips_, false) || time > last_media_ + longest_fill) {
      pause_ = pause{.begin = last_media_, .end = time};
    }
    last_media_ = std::max(last_media_, time);
  }

  GstClockTime next_;
  GstClockTime until_ = 0;
  std::optional<pause> pause_;
  bool skips_ = false;
  GstClockTime last_media_;
};

} // namespace relay
