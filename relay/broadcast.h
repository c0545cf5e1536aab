// One stream's broadcast: the publisher, the uplink to its destination, and the viewers. Each of the three
// may be lost and return while the others stay.
#pragma once

#include "configuration.h"
#include "crypto/secret.h"
#include "destination.h"
#include "metrics.h"
#include "peer_connection.h"
#include "publisher_session.h"
#include "uplink.h"
#include "viewer_session.h"
#include "worker_client.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace relay {

// What admitted a publisher.
struct admission {
  crypto::secret token;    // may be used again by a publisher that was lost
  std::int64_t issued = 0; // its `iat`
};

class broadcast : public std::enable_shared_from_this<broadcast> {
public:
  using over = std::function<void()>; // called when the broadcast is over and everything is closed

  // Settings, worker and metrics must outlive the broadcast.
  broadcast(std::string stream_id, const configuration& settings, worker_client& worker, metrics& counted,
            over done);
  broadcast(const broadcast&) = delete;
  broadcast& operator=(const broadcast&) = delete;
  ~broadcast();

  // Whether a publisher is sending or about to, which leaves no place for a second one.
  [[nodiscard]] bool occupied() const;
  [[nodiscard]] bool has_publisher() const noexcept { return publisher_ != nullptr; }
  // Whether the newest publisher had this token and may return with it.
  [[nodiscard]] bool takes_back(std::string_view token) const {
    return !ending_ && admitted_.token.matches(token);
  }
  // Whether the newest publisher's token was issued by then.
  [[nodiscard]] bool is_from_before(std::int64_t seconds) const { return admitted_.issued <= seconds; }
  // Whether there is something to watch.
  [[nodiscard]] bool live() const;

  // Adds a publisher or replaces a lost one. Returns the session's name at once.
  std::string publish(admission by, offer&& from, destination to, peer_connection::answered done);
  std::string watch(offer&& from, peer_connection::answered done);

  // The connection of that session, or null.
  [[nodiscard]] peer_connection* publisher(std::string_view session);
  [[nodiscard]] peer_connection* viewer(std::string_view session);

  // Ends the broadcast. Queued media is still sent.
  void finish(std::string_view why);
  void remove_viewer(std::string_view session);

private:
  void receive(const media_sample& what);
  void check();
  void begin_uplink(destination to);
  void lose_publisher(std::string_view why);
  void drop_publisher();
  void want_key_frame();

  std::string stream_id_;
  const configuration& settings_;
  worker_client& worker_;
  metrics& metrics_;
  over done_;

  std::shared_ptr<publisher_session> publisher_;
  std::string publisher_name_;
  admission admitted_; // the newest publisher
  std::shared_ptr<uplink> uplink_;
  std::map<std::string, std::shared_ptr<viewer_session>, std::less<>> viewers_;
  monotonic_time last_media_ = now(); // time of creation before the first media
  timer checking_;
  timer key_frames_;
  bool ever_live_ = false;
  bool lost_ = false; // the publisher was silent for too long; it may still return
  bool ending_ = false;
};

} // namespace relay
