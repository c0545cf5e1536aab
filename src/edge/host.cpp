#include "edge/host.h"

#include "json/number.h"

#include <algorithm>

namespace edge {

namespace {

// What waits by design does not count as a call.
bool is_call(const operation::any& what) {
  return !std::holds_alternative<operation::sleep>(what) && !std::holds_alternative<operation::pace>(what);
}

// Null for an operation that succeeded.
error* failure_at(const auto& place) {
  return std::visit(
      [](auto outcome) -> error* {
        if constexpr (std::is_same_v<decltype(outcome), std::monostate>) {
          return nullptr;
        } else {
          return outcome->has_value() ? nullptr : &outcome->error();
        }
      },
      place);
}

} // namespace

void host::submit(operation::any what, pending_operation pending) {
  auto free = std::ranges::find_if(pending_, [](const pending_operation& each) { return !each.waiting; });
  if (free == pending_.end()) {
    if (pending_.size() > index_mask) {
      __builtin_trap();
    }
    pending_.push_back(
        {.id = static_cast<operation_id>(pending_.size()), .place = {}, .purpose = {}, .waiting = {}});
    free = pending_.end() - 1;
  }
  pending.id = free->id + index_mask + 1;
  pending.counts = is_call(what);
  *free = pending;

  issued_operation issued{free->id, std::move(what)};
  if (!free->counts) {
    outbox_.emplace_back(std::move(issued));
  } else if (in_flight_ < calls_at_once) {
    send(std::move(issued));
  } else {
    queue_.push_back(std::move(issued));
  }
}

void host::send(issued_operation issued) {
  ++in_flight_;
  outbox_.emplace_back(std::move(issued));
}

void host::resume(std::size_t index) {
  if (pending_[index].counts) {
    --in_flight_;
  }
  if (!queue_.empty() && in_flight_ < calls_at_once) {
    issued_operation next = std::move(queue_.front());
    queue_.pop_front();
    send(std::move(next));
  }
  pending_operation done = pending_[index];
  pending_[index].waiting = {};
  error* failure = failure_at(done.place);
  if (failure != nullptr && failure->what.empty()) {
    failure->what = done.purpose;
  }
  (failure != nullptr && done.on_error != nullptr ? done.on_error(done.waiting, *failure) : done.waiting)
      .resume();
}

task<outcome_of<operation::fetch>> host::fetch(std::string_view label, operation::fetch call,
                                               timestamp deadline) {
  if (gate_) {
    co_await gate_->admit(call);
  }
  auto left = std::chrono::floor<milliseconds>(deadline - now_);
  std::string what{label};
  if (left <= milliseconds{0}) {
    calls_.note({what, {}, name_of(error_kind::out_of_time)});
    co_return std::unexpected(error{error_kind::out_of_time, label});
  }
  call.timeout = std::min(call.timeout, left);
  timestamp begun = now_;
  std::string url = gate_ ? call.url : "";
  auto outcome = co_await attempt(perform(std::move(call)));
  if (gate_) {
    gate_->learn(url, outcome);
  }
  if (!outcome) {
    outcome.error().what = label;
  }
  calls_.note({what, std::chrono::floor<milliseconds>(now_ - begun),
               outcome ? json::decimal(outcome->status) : name_of(outcome.error().kind)});
  co_return outcome;
}

} // namespace edge
