// The core's view of the world while it serves one request: settings, time, random bytes, and operations that
// it awaits. The core performs none of them. They are records that the border takes away once the core rests;
// the border brings back each result by id.
#pragma once

#include "edge/call_log.h"
#include "edge/clock.h"
#include "edge/entropy.h"
#include "edge/environment.h"
#include "edge/error.h"
#include "edge/http/response.h"
#include "edge/operation.h"
#include "edge/task.h"

#include <coroutine>
#include <cstdint>
#include <expected>
#include <list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace edge {

// Decides on every HTTP call of a host: admits it when it may begin, or refuses it.
class gate {
public:
  // Waits until the call may begin; fails if it must not be made.
  virtual task<status> admit(const operation::fetch& call) = 0;
  // The outcome of an admitted call to that URL.
  virtual void learn(std::string_view url, const outcome<operation::fetch::result>& outcome) = 0;

protected:
  gate() = default;
  ~gate() = default;
};

// Generation and index: a reused slot has a new id.
using operation_id = std::uint32_t;

template <class Operation>
using outcome_of = outcome<typename Operation::result>;

// What leaves the core: an operation to perform, the response, the response if the core dies first, or a line
// for the log.
struct issued_operation {
  operation_id id;
  operation::any what;
};
struct last_resort {
  response answer;
};
struct log_line {
  std::string text;
};
using outgoing = std::variant<issued_operation, response, last_resort, log_line>;

class host {
  // Where the outcome of a pending operation goes, by its type.
  using target = std::variant<std::monostate, outcome_of<operation::fetch>*, outcome_of<operation::kv_get>*,
                              outcome_of<operation::kv_list>*, outcome<std::string>*,
                              outcome<std::monostate>*, outcome<bool>*, outcome_of<operation::lease>*>;

public:
  // Cloudflare Workers let six calls wait at a time. They would queue a seventh with its timeout running.
  static constexpr std::size_t calls_at_once = 6;

  host(environment settings, entropy random, timestamp now)
      : settings_(std::move(settings)), random_(std::move(random)), now_(now) {}
  host(const host&) = delete;
  host& operator=(const host&) = delete;
  ~host() = default;

  [[nodiscard]] const environment& settings() const { return settings_; }
  entropy& random() { return random_; }
  [[nodiscard]] timestamp now() const { return now_; }
  call_log& calls() { return calls_; }
  [[nodiscard]] const call_log& calls() const { return calls_; }

  // An HTTP call, noted in the call log under `label`. `deadline` bounds it in addition to its own timeout.
  task<outcome_of<operation::fetch>> fetch(std::string_view label, operation::fetch call, timestamp deadline);

  // From now on calls pass this gate. nullptr removes it.
  void set_gate(gate* before_calls) { gate_ = before_calls; }

  // Any other operation. As with a task, `co_await host.perform(operation::kv_remove{key})` gives the result
  // or ends the coroutine with the error, and `co_await attempt(host.perform(…))` gives the outcome.
  template <class Operation>
  auto perform(Operation what) {
    return performed<Operation>{*this, std::move(what)};
  }

  void respond(response answer) { outbox_.emplace_back(std::move(answer)); }
  void respond_at_last(response answer) { outbox_.emplace_back(last_resort{std::move(answer)}); }
  void log(std::string text) { outbox_.emplace_back(log_line{std::move(text)}); }

  // For the border.

  // Everything issued since the last call.
  std::vector<outgoing> take_outbox() { return std::exchange(outbox_, {}); }

  void advance_clock(timestamp now) { now_ = now; }

  // Lets `fill(outcome_of<Operation>&)` set the outcome of the operation that is pending under that id, then
  // resumes the waiting coroutine. False if none is pending under it.
  template <class Fill>
  bool complete(operation_id id, Fill&& fill) {
    std::size_t index = id & index_mask;
    if (index >= pending_.size() || pending_[index].id != id || !pending_[index].waiting) {
      return false;
    }
    std::visit(
        [&](auto place) {
          if constexpr (!std::is_same_v<decltype(place), std::monostate>) {
            fill(*place);
          }
        },
        pending_[index].place);
    resume(index);
    return true;
  }

private:
  static constexpr operation_id index_mask = 0xffff;

  // Handles an error for the waiting coroutine. Gives the coroutine to resume.
  using error_handler = std::coroutine_handle<> (*)(std::coroutine_handle<> waiting, error& failure);

  struct pending_operation {
    operation_id id = 0;
    target place;
    std::string_view purpose;
    std::coroutine_handle<> waiting;
    error_handler on_error = nullptr;
    bool counts = false;
  };

  template <class Operation>
  class performed {
  public:
    performed(host& owner, Operation&& what) : owner_(owner), what_(std::move(what)) {}

    auto result() noexcept { return outcome_awaiter{*this}; }
    auto value() noexcept { return value_awaiter{*this}; }
    auto operator co_await() noexcept { return result(); }

  private:
    class awaiter {
    public:
      explicit awaiter(performed& operation) : operation_(operation) {}
      [[nodiscard]] bool await_ready() const noexcept { return false; }

    protected:
      void submit(std::coroutine_handle<> waiting, error_handler on_error) {
        operation_.owner_.submit(std::move(operation_.what_), {.place = target{&operation_.outcome_},
                                                               .purpose = Operation::purpose,
                                                               .waiting = waiting,
                                                               .on_error = on_error});
      }
      performed& operation_;
    };

    class outcome_awaiter : public awaiter {
    public:
      using awaiter::awaiter;
      void await_suspend(std::coroutine_handle<> waiting) { this->submit(waiting, nullptr); }
      outcome_of<Operation> await_resume() { return std::move(this->operation_.outcome_); }
    };

    class value_awaiter : public awaiter {
    public:
      using awaiter::awaiter;
      template <class Promise>
      void await_suspend(std::coroutine_handle<Promise> waiting) {
        this->submit(waiting, &detail::end_with_error<Promise, error>);
      }
      Operation::result await_resume() { return *std::move(this->operation_.outcome_); }
    };

    host& owner_;
    Operation what_;
    outcome_of<Operation> outcome_{std::unexpected(error{error_kind::network, "never carried out"})};
  };

  void submit(operation::any what, pending_operation pending);
  void send(issued_operation issued);
  void resume(std::size_t index);

  environment settings_;
  entropy random_;
  timestamp now_;
  call_log calls_;
  gate* gate_ = nullptr;
  std::vector<outgoing> outbox_;
  std::vector<pending_operation> pending_;
  std::list<issued_operation> queue_;
  std::size_t in_flight_ = 0;
};

} // namespace edge
