// Runs tasks against a script of outcomes, with nothing behind them: no network, no store, no time that
// passes by itself.
//
//   support::scripted_host world;
//   world.answers(200, R"({"data":[]})");
//   const auto found = world.run(client.list());
//   CHECK(world.asked<edge::operation::fetch>().at(0).method == "GET");
#pragma once

#include "edge/clock.h"
#include "edge/entropy.h"
#include "edge/environment.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/http/headers.h"
#include "edge/http/response.h"
#include "edge/operation.h"
#include "edge/task.h"
#include "support/catch.h"

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace support {

class scripted_host {
public:
  static constexpr edge::timestamp start{std::chrono::seconds{1'800'000'000}};

  explicit scripted_host(edge::environment settings = {})
      : host_(std::move(settings), edge::entropy(std::string(256, 'e')), start) {}

  edge::host& host() { return host_; }
  [[nodiscard]] edge::timestamp soon() const { return host_.now() + std::chrono::seconds{20}; }

  // The script. Each kind of operation has its own queue, from which operations take in order of issue. A
  // sleep needs no script: it succeeds and advances the time.
  template <class Operation>
  void next(edge::outcome_of<Operation> outcome) {
    std::get<queue<Operation>>(script_).outcomes.push_back(std::move(outcome));
  }
  void answers(int status, std::string body = "", edge::headers fields = {}) {
    next<edge::operation::fetch>(edge::operation::fetch::result{
        .status = status, .headers = std::move(fields), .body = std::move(body)});
  }
  void fails(edge::error_kind kind) {
    next<edge::operation::fetch>(std::unexpected(edge::error{.kind = kind, .what = "scripted"}));
  }
  // From now on every operation takes this long.
  void takes(edge::milliseconds each) { latency_ = each; }

  // Runs the task to its end, performing its operations in order. The test fails if it requests more than was
  // scripted, or waits without a request.
  template <class T>
  T run(edge::task<T>&& work) {
    std::optional<T> result;
    const edge::root_task root = outermost(work, result);
    root.begin();
    while (!root.finished()) {
      const std::vector<edge::outgoing> outbox = host_.take_outbox();
      REQUIRE_FALSE(outbox.empty());
      for (const edge::outgoing& each : outbox) {
        take(each);
      }
    }
    for (const edge::outgoing& each : host_.take_outbox()) {
      take(each);
    }
    return *std::move(result);
  }

  void run(edge::task<void>&& work) {
    (void)run([](edge::task<void>& inner) -> edge::task<bool> {
      co_await inner;
      co_return true;
    }(work));
  }

  // The operations issued so far, of one kind or all.
  template <class Operation>
  [[nodiscard]] std::vector<Operation> asked() const {
    std::vector<Operation> found;
    for (const edge::operation::any& each : asked_) {
      if (const auto* const match = std::get_if<Operation>(&each)) {
        found.push_back(*match);
      }
    }
    return found;
  }
  [[nodiscard]] const std::vector<edge::operation::any>& asked() const { return asked_; }

  [[nodiscard]] const std::optional<edge::response>& response() const { return response_; }
  [[nodiscard]] const std::vector<std::string>& log() const { return log_; }

private:
  template <class Operation>
  struct queue {
    std::deque<edge::outcome_of<Operation>> outcomes;
  };
  template <class... Operation>
  static std::tuple<queue<Operation>...> queues_for(const std::variant<Operation...>&);

  template <class T>
  static edge::root_task outermost(edge::task<T>& work, std::optional<T>& result) {
    result.emplace(co_await work);
  }

  void take(const edge::outgoing& what) {
    if (const auto* const issued = std::get_if<edge::issued_operation>(&what)) {
      std::visit([&](const auto& operation) { carry_out(issued->id, operation); }, issued->what);
    } else if (const auto* const line = std::get_if<edge::log_line>(&what)) {
      log_.push_back(line->text);
    } else if (const auto* const answer = std::get_if<edge::response>(&what)) {
      response_ = *answer;
    }
  }

  template <class Operation>
  void carry_out(edge::operation_id id, const Operation& what) {
    asked_.emplace_back(what);
    edge::outcome_of<Operation> outcome = outcome_of(what);
    host_.advance_clock(host_.now() + latency_);
    const bool was_pending = host_.complete(id, [&]<class Place>(Place& place) {
      if constexpr (std::is_same_v<Place, edge::outcome_of<Operation>>) {
        place = std::move(outcome);
      }
    });
    REQUIRE(was_pending);
  }

  template <class Operation>
  edge::outcome_of<Operation> outcome_of(const Operation& what) {
    auto& outcomes = std::get<queue<Operation>>(script_).outcomes;
    if constexpr (std::is_same_v<Operation, edge::operation::sleep>) {
      if (outcomes.empty()) {
        host_.advance_clock(host_.now() + what.duration);
        return std::monostate{};
      }
    }
    std::string unscripted;
    if constexpr (std::is_same_v<Operation, edge::operation::fetch>) {
      unscripted = what.method + ' ' + what.url;
    }
    INFO(unscripted);
    REQUIRE_FALSE(outcomes.empty());
    edge::outcome_of<Operation> outcome = std::move(outcomes.front());
    outcomes.pop_front();
    return outcome;
  }

  edge::host host_;
  edge::milliseconds latency_{0};
  decltype(queues_for(std::declval<edge::operation::any>())) script_;
  std::vector<edge::operation::any> asked_;
  std::optional<edge::response> response_;
  std::vector<std::string> log_;
};

} // namespace support
