// The outermost coroutine of a request: begun by hand, owned by whoever serves the request, and destroyed
// with it, wherever it stands.
#pragma once

#include <coroutine>
#include <utility>

namespace edge {

class [[nodiscard]] root_task {
public:
  class promise_type {
  public:
    root_task get_return_object() noexcept {
      return root_task{std::coroutine_handle<promise_type>::from_promise(*this)};
    }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    [[noreturn]] void unhandled_exception() const noexcept { __builtin_trap(); }
  };

  explicit root_task(std::coroutine_handle<promise_type> coroutine) noexcept : coroutine_(coroutine) {}
  root_task(root_task&& other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  root_task(const root_task&) = delete;
  root_task& operator=(const root_task&) = delete;
  root_task& operator=(root_task&&) = delete;
  ~root_task() {
    if (coroutine_) coroutine_.destroy();
  }

  void begin() const { coroutine_.resume(); }
  bool finished() const { return coroutine_.done(); }

private:
  std::coroutine_handle<promise_type> coroutine_;
};

} // namespace edge
