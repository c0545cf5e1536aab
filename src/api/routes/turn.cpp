#include "api/routes/turn.h"

#include "api/auth/access.h"
#include "api/http/problems.h"
#include "edge/retry.h"

#include <utility>

namespace api {

namespace {

// A turn takes less than `stream_budget`. A request that waits outlasts the turn of one that died.
constexpr edge::milliseconds held = stream_budget + std::chrono::seconds{3};
constexpr std::chrono::seconds patience = stream_budget + std::chrono::seconds{5};
constexpr edge::milliseconds kept{120'000};
constexpr edge::milliseconds first_wait{100};

// What the first request asks for: nobody has left anything.
constexpr std::string_view nothing_left = "nothing";

bool has_leases(const edge::host& host) { return host.settings().find("LEASES").has_value(); }

} // namespace

// What was left is the result of one lease, and the request of the next.
edge::task<edge::result<void>> turn::take() {
  if (!has_leases(host_)) {
    co_return {};
  }
  std::string before{nothing_left};
  edge::rechecks rechecks{host_, first_wait, host_.now() + patience};
  for (;;) {
    auto found = co_await attempt(lease_.acquire(before, "", held, kept));
    if (!found) {
      co_return refuse(store_unavailable);
    }
    if (found->value.empty() && found->request == before && lease_.has(*found)) {
      left_ = before == nothing_left ? std::string{} : std::move(before);
      co_return {};
    }
    std::string now = found->value.empty() ? std::move(found->request) : std::move(found->value);
    if (now != before) {
      before = std::move(now);
      continue;
    }
    if (!co_await rechecks.wait()) {
      co_return refuse(still_running);
    }
  }
}

edge::task<void> turn::give_back(std::string left) {
  if (!has_leases(host_)) {
    co_return;
  }
  (void)(left.empty() ? co_await attempt(lease_.release()) : co_await attempt(lease_.complete(left, kept)));
}

} // namespace api
