#include "uplink.h"

#include "log.h"

#include <utility>

namespace relay {

namespace {

constexpr milliseconds count_period{1000};
constexpr milliseconds farewell_limit{3000};
// A connection that lasted this long resets the backoff.
constexpr milliseconds good{20'000};

} // namespace

uplink::uplink(std::string stream_id, destination to, worker_client& worker, metrics& counted,
               events listeners)
    : stream_id_(std::move(stream_id)), destination_(std::move(to)), worker_(worker), metrics_(counted),
      listeners_(std::move(listeners)) {}

uplink::~uplink() { disconnect(); }

void uplink::expect_publisher() {
  waits_for_key_frame_ = true;
  if (connection_) {
    connection_->expect_publisher();
  }
}

// Whether the server can decode this frame. Connects at the first key frame.
bool uplink::ready(const media_sample& what) {
  if (what.track == track::aac || !waits_for_key_frame_) {
    return connection_ != nullptr;
  }
  if (!what.key_frame || retry_.running() || asks_worker_) {
    return false;
  }
  if (connection_ == nullptr) {
    connect(what.decode_time);
  }
  waits_for_key_frame_ = false;
  return true;
}

void uplink::push(const media_sample& what) {
  if (what.track == track::opus || finished_) {
    return;
  }
  if (!ready(what)) {
    ++metrics_.dropped_frames;
    return;
  }
  if (!connection_->push(what)) {
    lost("the server is too slow");
  }
}

void uplink::connect(GstClockTime origin) {
  auto self = weak_from_this();
  rtmp_connection::events listeners{.failed =
                                        [self](std::string_view why) {
                                          if (auto kept = self.lock()) {
                                            kept->lost(why);
                                          }
                                        },
                                    .ended =
                                        [self] {
                                          if (auto kept = self.lock(); kept && kept->finished_) {
                                            kept->listeners_.ended();
                                          }
                                        }};
  connection_ = std::make_unique<rtmp_connection>(destination_, origin, std::move(listeners));
  connected_at_ = now();
  counted_bytes_ = 0;
  counting_ = timer::every(count_period, [self] {
    if (auto kept = self.lock()) {
      kept->count();
    }
  });
  ++metrics_.uplinks;
  ++metrics_.uplink_connects;
  if (std::exchange(was_connected_, true)) {
    ++metrics_.uplink_reconnects;
  }
  log("uplink_connecting", json::object().set("stream", stream_id_));
}

void uplink::count() {
  std::uint64_t sent = connection_->bytes_sent();
  metrics_.uplink_bytes += sent > counted_bytes_ ? sent - counted_bytes_ : 0;
  counted_bytes_ = sent;
}

void uplink::disconnect() {
  if (!connection_) {
    return;
  }
  count();
  counting_.stop();
  connection_.reset();
  --metrics_.uplinks;
}

void uplink::lost(std::string_view why) {
  if (!connection_) {
    return;
  }
  if (now() - connected_at_ > good) {
    backoff_.reset();
  }
  disconnect();
  waits_for_key_frame_ = true;
  if (finished_) {
    return listeners_.ended();
  }
  milliseconds wait = backoff_.next();
  log("uplink_lost", json::object().set("stream", stream_id_).set("why", why).set("retryInMs", wait.count()));
  retry_ = timer::once(wait, [self = weak_from_this()] {
    if (auto kept = self.lock()) {
      kept->retry();
    }
  });
}

// Asks the Worker again: the key may have changed, or the stream ended. The next key frame connects.
void uplink::retry() {
  auto done = [self = weak_from_this()](std::expected<destination, edge::problem> found) {
    auto kept = self.lock();
    if (!kept || kept->finished_) {
      return;
    }
    kept->asks_worker_ = false;
    // If the Worker does not answer, keep the known destination.
    if (!found && found.error().status != 503) {
      return kept->listeners_.refused(found.error().type);
    }
    if (found) {
      kept->destination_ = std::move(*found);
    }
    kept->listeners_.key_frame_wanted();
  };
  asks_worker_ = true;
  worker_.find_destination(stream_id_, done);
}

void uplink::finish() {
  if (std::exchange(finished_, true)) {
    return;
  }
  retry_.stop();
  if (!connection_) {
    return listeners_.ended();
  }
  connection_->finish();
  finishing_ = timer::once(farewell_limit, [self = weak_from_this()] {
    if (auto kept = self.lock()) {
      kept->lost("the server did not close the connection");
    }
  });
}

} // namespace relay
