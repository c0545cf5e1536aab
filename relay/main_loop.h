// The main loop: the one thread that owns all of the relay's state. GStreamer's threads post their results to
// it and touch nothing else.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace relay {

using milliseconds = std::chrono::milliseconds;
using monotonic_time = std::chrono::steady_clock::time_point;

inline monotonic_time now() { return std::chrono::steady_clock::now(); }

// Runs `work` soon on the main loop, in the order of the calls. May be called from any thread.
void post(std::function<void()> work);

// Runs work on the main loop, repeatedly or once, until it is stopped or destroyed. The work may stop or
// destroy its own timer.
class timer {
public:
  timer() noexcept = default;
  timer(timer&&) noexcept = default;
  timer& operator=(timer&& other) noexcept;
  ~timer() { stop(); }

  [[nodiscard]] static timer every(milliseconds period, std::function<void()> work);
  [[nodiscard]] static timer once(milliseconds delay, std::function<void()> work);

  void stop() noexcept;
  [[nodiscard]] bool running() const noexcept;

private:
  struct entry;
  static timer start(milliseconds period, std::function<void()> work, bool again);

  std::shared_ptr<entry> entry_; // shared with the main loop
};

} // namespace relay
