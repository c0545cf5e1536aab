// The one thread that all state of the relay belongs to. GStreamer's threads hand over to it what they have,
// and touch nothing else.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace relay {

using milliseconds = std::chrono::milliseconds;
using monotonic_time = std::chrono::steady_clock::time_point;

inline monotonic_time now() { return std::chrono::steady_clock::now(); }

// Runs it soon on the main loop, in the order of the calls. May be called from any thread.
void post(std::function<void()> work);

// Calls on the main loop, again and again or once, until it is stopped or gone. The work may stop or destroy
// its own timer.
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
