// Runs several tasks at once and waits for all of them.
#pragma once

#include "edge/task.h"

#include <array>
#include <coroutine>
#include <cstddef>
#include <optional>
#include <tuple>
#include <utility>

namespace edge {

namespace detail {

// Counts the running branches and, as one more, the waiting coroutine, so that branches that finish at once
// do not resume it before it is suspended.
class join_counter {
public:
  explicit join_counter(std::size_t branches) : remaining_(branches + 1) {}
  void wait_with(std::coroutine_handle<> waiting) { waiting_ = waiting; }
  std::coroutine_handle<> arrive() { return --remaining_ == 0 ? waiting_ : std::noop_coroutine(); }
  bool last_to_arrive() { return --remaining_ == 0; }

private:
  std::size_t remaining_;
  std::coroutine_handle<> waiting_;
};

class branch {
public:
  class promise_type : public frame {
  public:
    template <class... Arguments>
    explicit promise_type(join_counter& counter, Arguments&...) : counter_(counter) {}
    branch get_return_object() noexcept {
      return branch{std::coroutine_handle<promise_type>::from_promise(*this)};
    }
    [[nodiscard]] std::suspend_always initial_suspend() const noexcept { return {}; }
    [[nodiscard]] auto final_suspend() const noexcept {
      struct arrive {
        [[nodiscard]] bool await_ready() const noexcept { return false; }
        [[nodiscard]] std::coroutine_handle<> await_suspend(std::coroutine_handle<>) const noexcept {
          return counter.arrive();
        }
        void await_resume() const noexcept {}
        join_counter& counter;
      };
      return arrive{counter_};
    }
    void return_void() const noexcept {}
    [[noreturn]] void unhandled_exception() const noexcept { __builtin_trap(); }

  private:
    join_counter& counter_;
  };

  explicit branch(std::coroutine_handle<promise_type> coroutine) noexcept : coroutine_(coroutine) {}
  branch(branch&& other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  branch(const branch&) = delete;
  branch& operator=(const branch&) = delete;
  branch& operator=(branch&&) = delete;
  ~branch() {
    if (coroutine_) {
      frame::end(coroutine_);
    }
  }

  void begin() const { coroutine_.resume(); }

private:
  std::coroutine_handle<promise_type> coroutine_;
};

template <class T>
branch run_branch(join_counter&, task<T>& work, std::optional<T>& result) {
  result.emplace(co_await work);
}

template <std::size_t Branches>
class begin_and_wait {
public:
  begin_and_wait(join_counter& counter, std::array<branch, Branches>& branches)
      : counter_(counter), branches_(branches) {}

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> waiting) {
    counter_.wait_with(waiting);
    for (branch& each : branches_) {
      each.begin();
    }
    return !counter_.last_to_arrive();
  }
  void await_resume() const noexcept {}

private:
  join_counter& counter_;
  std::array<branch, Branches>& branches_;
};

} // namespace detail

// Begins every task in the given order, waits until all have finished, and gives their results in that order.
// Await it where it is made, because the tasks are not moved. An error does not stop the others: they may
// have taken effect, and the caller must know.
template <class... T>
task<std::tuple<T...>> all(task<T>&&... tasks [[clang::lifetimebound]]) {
  detail::join_counter counter{sizeof...(T)};
  std::tuple<std::optional<T>...> results;
  auto branches = std::apply(
      [&](auto&... result) { return std::array{detail::run_branch(counter, tasks, result)...}; }, results);
  co_await detail::begin_and_wait<sizeof...(T)>{counter, branches};
  co_return std::apply([](auto&... result) { return std::tuple<T...>{std::move(*result)...}; }, results);
}

} // namespace edge
