// A lazy coroutine that is awaited where it is made. It cannot be moved or stored, so everything that its
// parameters refer to is alive for as long as it runs.
//
// In a task of std::expected, `co_await` gives the value of another task of std::expected, or ends the task
// with its error. `co_await attempt(task)` gives the std::expected itself, for code that handles the error.
#pragma once

#include "edge/frame.h"

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
constexpr bool is_expected = false;
template <class T, class E>
constexpr bool is_expected<std::expected<T, E>> = true;

// Ends a coroutine early with an error: it stays suspended until its owner destroys it, and the coroutine
// that awaits it gets the error. Gives the coroutine to resume.
template <class Promise, class E>
std::coroutine_handle<> end_with_error(std::coroutine_handle<> coroutine, E& error) {
  auto& promise = std::coroutine_handle<Promise>::from_address(coroutine.address()).promise();
  promise.return_value(std::unexpected(std::move(error)));
  return promise.resumed_next();
}

// Awaits a std::expected that exists already, and for as long as it is awaited.
template <class T, class E>
class value_at_hand {
public:
  explicit value_at_hand(std::expected<T, E>& outcome) : outcome_(outcome) {}

  [[nodiscard]] bool await_ready() const noexcept { return outcome_.has_value(); }

  template <class Promise>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> coroutine) noexcept {
    return end_with_error<Promise>(coroutine, outcome_.error());
  }

  T await_resume() {
    if constexpr (!std::is_void_v<T>) {
      return std::move(*outcome_);
    }
  }

private:
  std::expected<T, E>& outcome_;
};

// Awaits a task of std::expected for its value. The task that fails does not resume the coroutine that awaits
// it: it ends it.
template <class Promise>
class value_of_task {
  using outcome = Promise::outcome;

public:
  explicit value_of_task(std::coroutine_handle<Promise> awaited) : awaited_(awaited) {}

  [[nodiscard]] bool await_ready() const noexcept { return false; }

  template <class Awaiting>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<Awaiting> awaiting) noexcept {
    awaited_.promise().continuation = awaiting;
    awaited_.promise().on_error = &end_with_error<Awaiting, typename outcome::error_type>;
    return awaited_;
  }

  auto await_resume() -> outcome::value_type {
    if constexpr (std::is_void_v<typename outcome::value_type>) {
      frame::finish(awaited_);
    } else {
      typename outcome::value_type value = *std::move(awaited_.promise().result());
      frame::finish(awaited_);
      return value;
    }
  }

private:
  std::coroutine_handle<Promise> awaited_;
};

// Awaits a task for its whole result.
template <class Promise>
class result_of_task {
public:
  explicit result_of_task(std::coroutine_handle<Promise> awaited) : awaited_(awaited) {}

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) noexcept {
    awaited_.promise().continuation = awaiting;
    return awaited_;
  }
  auto await_resume() {
    if constexpr (std::is_void_v<decltype(awaited_.promise().result())>) {
      frame::finish(awaited_);
    } else {
      auto result = std::move(awaited_.promise().result());
      frame::finish(awaited_);
      return result;
    }
  }

private:
  std::coroutine_handle<Promise> awaited_;
};

// The end of a task.
class resume_next {
public:
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  template <class Promise>
  [[nodiscard]] std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> done) const noexcept {
    return done.promise().resumed_next();
  }
  void await_resume() const noexcept {}
};

class promise_base : public frame {
public:
  std::coroutine_handle<> continuation = std::noop_coroutine();

  [[nodiscard]] std::suspend_always initial_suspend() const noexcept { return {}; }

  [[nodiscard]] resume_next final_suspend() const noexcept { return {}; }

  [[noreturn]] void unhandled_exception() const noexcept { __builtin_trap(); }

  template <class Awaitable>
  [[nodiscard]] Awaitable&& await_transform(Awaitable&& awaitable) const noexcept {
    return std::forward<Awaitable>(awaitable);
  }
};

// An awaitable with a choice between the whole result and the value alone: a task or an operation.
template <class T>
concept fallible = requires(T&& awaited) { awaited.result(); };

// The place of a task's result.
template <class T>
class promise_of_result : public promise_base {
public:
  template <class U = T>
  void return_value(U&& value) {
    result_.emplace(std::forward<U>(value));
  }
  // Only after the task has ended.
  T& result() { return *result_; } // NOLINT(bugprone-unchecked-optional-access)

protected:
  std::optional<T> result_;
};

template <class T>
class promise : public promise_of_result<T> {
public:
  task<T> get_return_object() noexcept;
  [[nodiscard]] std::coroutine_handle<> resumed_next() const noexcept { return this->continuation; }

  using promise_base::await_transform;
  template <fallible Awaited>
  auto await_transform(Awaited&& awaited) const noexcept {
    using given = decltype(awaited.result().await_resume());
    static_assert(!is_expected<given>, "a task that cannot fail handles the error: co_await attempt(…)");
    return awaited.result();
  }
};

template <class V, class E>
class promise<std::expected<V, E>> : public promise_of_result<std::expected<V, E>> {
public:
  using outcome = std::expected<V, E>;

  // Set if the continuation awaits the value alone: gets the error instead.
  std::coroutine_handle<> (*on_error)(std::coroutine_handle<>, E&) = nullptr;

  task<outcome> get_return_object() noexcept;
  std::coroutine_handle<> resumed_next() noexcept {
    outcome& result = *this->result_; // NOLINT(bugprone-unchecked-optional-access): the task has ended
    const bool failed = on_error != nullptr && !result.has_value();
    return failed ? on_error(this->continuation, result.error()) : this->continuation;
  }

  using promise_base::await_transform;
  template <class U, class F>
  [[nodiscard]] auto await_transform(std::expected<U, F>&& at_hand [[clang::lifetimebound]]) const {
    return value_at_hand<U, F>{at_hand};
  }
  template <fallible Awaited>
  auto await_transform(Awaited&& awaited) const noexcept {
    if constexpr (is_expected<decltype(awaited.result().await_resume())>) {
      return awaited.value();
    } else {
      return awaited.result();
    }
  }
};

template <>
class promise<void> : public promise_base {
public:
  task<void> get_return_object() noexcept;
  [[nodiscard]] std::coroutine_handle<> resumed_next() const noexcept { return continuation; }
  void return_void() const noexcept {}
  void result() const noexcept {}

  using promise_base::await_transform;
  template <fallible Awaited>
  auto await_transform(Awaited&& awaited) const noexcept {
    using given = decltype(awaited.result().await_resume());
    static_assert(!is_expected<given>, "a task that cannot fail handles the error: co_await attempt(…)");
    return awaited.result();
  }
};

} // namespace detail

template <class T>
class [[nodiscard]] task {
public:
  using promise_type = detail::promise<T>;
  using result_type = T;

  explicit task(std::coroutine_handle<promise_type> coroutine) noexcept : coroutine_(coroutine) {}
  task(const task&) = delete;
  task& operator=(const task&) = delete;
  ~task() { detail::frame::end(coroutine_); }

  [[nodiscard]] auto result() const noexcept { return detail::result_of_task<promise_type>{coroutine_}; }
  [[nodiscard]] auto value() const noexcept { return detail::value_of_task<promise_type>{coroutine_}; }
  auto operator co_await() const noexcept { return result(); }

private:
  std::coroutine_handle<promise_type> coroutine_;
};

template <class T>
task<T> detail::promise<T>::get_return_object() noexcept {
  return task<T>{std::coroutine_handle<promise>::from_promise(*this)};
}

template <class V, class E>
task<std::expected<V, E>> detail::promise<std::expected<V, E>>::get_return_object() noexcept {
  return task<outcome>{std::coroutine_handle<promise>::from_promise(*this)};
}

inline task<void> detail::promise<void>::get_return_object() noexcept {
  return task<void>{std::coroutine_handle<promise>::from_promise(*this)};
}

// `co_await attempt(task)` gives the whole result of a task or an operation, its error included.
template <detail::fallible Awaited>
auto attempt(Awaited&& awaited [[clang::lifetimebound]]) noexcept {
  return awaited.result();
}

// The outermost coroutine of a request. Its owner begins it and may destroy it at any point.
class [[nodiscard]] root_task {
public:
  class promise_type : public detail::frame {
  public:
    root_task get_return_object() noexcept {
      return root_task{std::coroutine_handle<promise_type>::from_promise(*this)};
    }
    [[nodiscard]] std::suspend_always initial_suspend() const noexcept { return {}; }
    [[nodiscard]] std::suspend_always final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    [[noreturn]] void unhandled_exception() const noexcept { __builtin_trap(); }
  };

  explicit root_task(std::coroutine_handle<promise_type> coroutine) noexcept : coroutine_(coroutine) {}
  root_task(root_task&& other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  root_task(const root_task&) = delete;
  root_task& operator=(const root_task&) = delete;
  root_task& operator=(root_task&&) = delete;
  ~root_task() {
    if (coroutine_) {
      detail::frame::end(coroutine_);
    }
  }

  void begin() const { coroutine_.resume(); }
  [[nodiscard]] bool finished() const { return coroutine_.done(); }

private:
  std::coroutine_handle<promise_type> coroutine_;
};

} // namespace edge
