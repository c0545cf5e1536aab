// A lazy coroutine that is awaited where it is made. It cannot be moved or stored, so what its parameters
// refer to is alive for as long as it runs.
#pragma once

#include <coroutine>
#include <expected>
#include <optional>
#include <type_traits>
#include <utility>

namespace edge {

template <class T>
class task;

namespace detail {

template <class T>
struct is_expected : std::false_type {};
template <class T, class E>
struct is_expected<std::expected<T, E>> : std::true_type {};

// Ends a coroutine early with an error: the coroutine stays suspended where it was, its owner destroys it,
// and whoever awaits it goes on with the error.
template <class T, class E>
class pass_error_up {
public:
  explicit pass_error_up(std::expected<T, E>&& outcome) : outcome_(std::move(outcome)) {}

  bool await_ready() const noexcept { return outcome_.has_value(); }

  template <class Promise>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> coroutine) noexcept {
    coroutine.promise().return_value(std::unexpected(std::move(outcome_).error()));
    return coroutine.promise().continuation;
  }

  T await_resume() {
    if constexpr (!std::is_void_v<T>) return std::move(outcome_).value();
  }

private:
  std::expected<T, E> outcome_;
};

class promise_base {
public:
  std::coroutine_handle<> continuation = std::noop_coroutine();

  std::suspend_always initial_suspend() const noexcept { return {}; }

  auto final_suspend() const noexcept {
    struct resume_continuation {
      bool await_ready() const noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<>) const noexcept { return next; }
      void await_resume() const noexcept {}
      std::coroutine_handle<> next;
    };
    return resume_continuation{continuation};
  }

  [[noreturn]] void unhandled_exception() const noexcept { __builtin_trap(); }

  template <class Awaitable>
  Awaitable&& await_transform(Awaitable&& awaitable) const noexcept {
    return std::forward<Awaitable>(awaitable);
  }
};

template <class T>
class promise : public promise_base {
public:
  task<T> get_return_object() noexcept;

  template <class U = T>
  void return_value(U&& value) {
    result_.emplace(std::forward<U>(value));
  }
  // A task that has run to its end has a result.
  T take_result() { return std::move(*result_); } // NOLINT(bugprone-unchecked-optional-access)

  using promise_base::await_transform;
  template <class V, class E>
  auto await_transform(std::expected<V, E> outcome) const {
    static_assert(is_expected<T>::value, "only a task of std::expected can pass an error up");
    return pass_error_up<V, E>{std::move(outcome)};
  }

private:
  std::optional<T> result_;
};

template <>
class promise<void> : public promise_base {
public:
  task<void> get_return_object() noexcept;
  void return_void() const noexcept {}
  void take_result() const noexcept {}
};

} // namespace detail

// `co_await` runs the task to its end and gives its result. Inside a task of `std::expected`, `co_await` on a
// `std::expected` gives its value, or ends the task with its error.
template <class T>
class [[nodiscard]] task {
public:
  using promise_type = detail::promise<T>;
  using result_type = T;

  explicit task(std::coroutine_handle<promise_type> coroutine) noexcept : coroutine_(coroutine) {}
  task(const task&) = delete;
  task& operator=(const task&) = delete;
  ~task() { coroutine_.destroy(); }

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) noexcept {
    coroutine_.promise().continuation = awaiting;
    return coroutine_;
  }
  T await_resume() { return coroutine_.promise().take_result(); }

private:
  std::coroutine_handle<promise_type> coroutine_;
};

template <class T>
task<T> detail::promise<T>::get_return_object() noexcept {
  return task<T>{std::coroutine_handle<promise>::from_promise(*this)};
}

inline task<void> detail::promise<void>::get_return_object() noexcept {
  return task<void>{std::coroutine_handle<promise>::from_promise(*this)};
}

// The outermost coroutine of a request: begun by hand, owned by whoever serves the request, and destroyed
// with it, wherever it stands.

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
