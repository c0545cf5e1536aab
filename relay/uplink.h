// Carries a broadcast to its destination for as long as the broadcast lasts. Connects at the first key frame,
// reconnects with backoff after a loss, and drops frames while there is no connection.
#pragma once

#include "backoff.h"
#include "destination.h"
#include "main_loop.h"
#include "metrics.h"
#include "rtmp_connection.h"
#include "worker_client.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace relay {

class uplink : public std::enable_shared_from_this<uplink> {
public:
  struct events {
    std::function<void()> key_frame_wanted;
    std::function<void(std::string_view why)> refused; // the Worker refuses this stream
    std::function<void()> ended;                       // finish() is done
  };
  uplink(std::string stream_id, destination to, worker_client& worker, metrics& counted, events listeners);
  uplink(const uplink&) = delete;
  uplink& operator=(const uplink&) = delete;
  ~uplink();

  // Takes effect with the next connection.
  void set_destination(destination to) { destination_ = std::move(to); }

  // Prepares for a new or returning publisher: waits for a key frame.
  void expect_publisher();

  void push(const media_sample& what);

  // Ends the connection, if any, and then calls `ended`.
  void finish();

private:
  bool ready(const media_sample& what);
  void connect(GstClockTime origin);
  void disconnect();
  void lost(std::string_view why);
  void retry();
  void count();

  std::string stream_id_;
  destination destination_;
  worker_client& worker_;
  metrics& metrics_;
  events listeners_;

  std::unique_ptr<rtmp_connection> connection_;
  monotonic_time connected_at_;
  std::uint64_t counted_bytes_ = 0; // of this connection
  timer counting_;
  timer retry_;
  timer finishing_;
  relay::backoff backoff_;
  bool asks_worker_ = false;
  bool was_connected_ = false;
  bool waits_for_key_frame_ = true;
  bool finished_ = false;
};

} // namespace relay
