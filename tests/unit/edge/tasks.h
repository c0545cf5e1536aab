// What tests of tasks wait for and run them with.
#pragma once

#include "edge/task.h"

#include <coroutine>
#include <expected>
#include <optional>
#include <string>

namespace edge_test {

template <class T>
using outcome = std::expected<T, std::string>;

// Suspends the awaiting task until it is resumed.
struct gate {
  std::coroutine_handle<> waiting;
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> who) noexcept { waiting = who; }
  void await_resume() const noexcept {}
  void open() const { waiting.resume(); }
};

template <class T>
edge::root_task outermost(edge::task<T>& work, std::optional<T>& result) {
  result.emplace(co_await work);
}

} // namespace edge_test
