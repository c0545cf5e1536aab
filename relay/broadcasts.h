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
  void publish(const std::string& stream_id, admission by, offer&& from, created done);
  void watch(const std::string& stream_id, offer&& from, created done);

  // The broadcast of a stream, or null.
  [[nodiscard]] std::shared_ptr<broadcast> find(std::string_view stream_id) const;

  // Ends the stream's broadcast if its publisher was admitted by a token that was issued by then, and admits
  // none with such a token from now on. Calls `done` when what was received has been sent on.
  void close(const std::string& stream_id, std::int64_t issued, std::function<void()> done);

  // Refuses new publishers and viewers; calls `done` when no broadcast is left.
  void drain(std::function<void()> done);
  // Ends all remaining broadcasts.
  void finish_all();

private:
  [[nodiscard]] std::expected<void, edge::problem> admit(std::string_view stream_id,
                                                         const admission& by) const;
  void begin(const std::string& stream_id, admission by, offer&& from, destination to, created done);
  void end(const std::string& stream_id);
  static peer_connection::answered answering(std::shared_ptr<std::string> name, std::weak_ptr<broadcast> of,
                                             bool viewer, created done);

  const configuration& settings_;
  worker_client& worker_;
  metrics& metrics_;
  std::map<std::string, std::shared_ptr<broadcast>, std::less<>> all_;
  std::set<std::string, std::less<>> pending_; // streams whose destination is being looked up
  // The newest order to close each stream, as long as tokens from before it may be valid.
  std::map<std::string, std::int64_t, std::less<>> closed_;
  std::multimap<std::string, std::function<void()>, std::less<>> closing_; // called at the end of each
  std::function<void()> drained_;
};

} // namespace relay
