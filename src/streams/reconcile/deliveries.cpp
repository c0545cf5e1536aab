#include "streams/reconcile/deliveries.h"

#include "streams/manage/refresh.h"
#include "streams/notify/delivery.h"

#include <chrono>

namespace streams {

// Attempts elsewhere are facts and may not be in the record yet. It is saved before the receiver is called,
// which may be slow: by then somebody else has saved a newer one. The next fold adds what was tried here.
edge::task<void> deliver_due_events(reconcile_round& round, std::vector<stream_record>& streams) {
  constexpr std::chrono::seconds longest{20};
  edge::host& host = round.host();
  const edge::timestamp end = host.now() + longest;
  bool answers = true;
  for (stream_record& each : streams) {
    const auto next = next_delivery(host, each);
    if (!next || *next > host.now()) {
      continue;
    }
    if (!answers || host.now() >= end) {
      round.count_left(1);
      continue;
    }
    (void)co_await attempt(fold_and_save(host, each, each));
    answers = co_await deliver_events(host, each);
  }
}

} // namespace streams
