// All broadcasts by stream, and the limits on publishers and viewers.
#pragma once

#include "broadcast.h"
#include "configuration.h"
#include "edge/http/problem.h"
#include "metrics.h"
#include "offer.h"
#include "worker_client.h"

#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace relay {

// What the response to a new session contains.
struct created_session {
  std::string name;
  std::string etag;
  std::string answer; // SDP
};

class broadcasts {
public:
  broadcasts(const configuration& settings, worker_client& worker, metrics& counted);

  using created = std::function<void(std::expected<created_session, edge::problem>)>;
  // With the token that the publisher may return with.
  void publish(const std::string& stream_id, crypto::secret token, offer&& from, created done);
  void watch(const std::string& stream_id, offer&& from, created done);

  // The broadcast of a stream, or null.
  [[nodiscard]] std::shared_ptr<broadcast> find(std::string_view stream_id) const;

  // Refuses new publishers and viewers; calls `done` when no broadcast is left.
  void drain(std::function<void()> done);
  // Ends all remaining broadcasts.
  void finish_all();

private:
  [[nodiscard]] std::expected<void, edge::problem> admit(std::string_view stream_id) const;
  void begin(const std::string& stream_id, crypto::secret token, offer&& from, destination to, created done);
  void end(const std::string& stream_id);
  static peer_connection::answered answering(std::shared_ptr<std::string> name, std::weak_ptr<broadcast> of,
                                             bool viewer, created done);

  const configuration& settings_;
  worker_client& worker_;
  metrics& metrics_;
  std::map<std::string, std::shared_ptr<broadcast>, std::less<>> all_;
  std::set<std::string, std::less<>> pending_; // streams whose destination is being looked up
  std::function<void()> drained_;
};

} // namespace relay
