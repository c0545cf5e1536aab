#include "broadcasts.h"

#include <algorithm>
#include <ranges>
#include <utility>
#include <vector>

namespace relay {

namespace {

// No token of the Worker's is valid for longer.
constexpr std::int64_t longest_token = std::int64_t{2} * 60 * 60;

std::unexpected<edge::problem> refused(int status, edge::literal type, edge::literal title,
                                       std::string detail, std::string retry_after) {
  return std::unexpected{edge::problem{.status = status,
                                       .type = type,
                                       .title = title,
                                       .detail = std::move(detail),
                                       .headers = {{"retry-after", std::move(retry_after)}}}};
}

} // namespace

broadcasts::broadcasts(const configuration& settings, worker_client& worker, metrics& counted)
    : settings_(settings), worker_(worker), metrics_(counted) {}

std::shared_ptr<broadcast> broadcasts::find(std::string_view stream_id) const {
  auto found = all_.find(stream_id);
  return found == all_.end() ? nullptr : found->second;
}

std::expected<void, edge::problem> broadcasts::admit(std::string_view stream_id, const admission& by) const {
  if (auto order = closed_.find(stream_id); order != closed_.end() && by.issued <= order->second) {
    return std::unexpected{edge::problem{.status = 410,
                                         .type = "session-stopped",
                                         .title = "Session was stopped",
                                         .detail = "Its token does not hold any more. Request a new one."}};
  }
  if (metrics_.draining) {
    return refused(503, "draining", "Relay is shutting down",
                   "This relay accepts no new broadcasts. Try again.", "5");
  }
  auto known = find(stream_id);
  if (pending_.contains(stream_id) || (known && known->occupied())) {
    return refused(
        409, "already-publishing", "Already publishing",
        "Another session is publishing to this stream. End it first; a lost session is dropped after "
        "two seconds.",
        "2");
  }
  bool takes_a_place = !known || !known->has_publisher();
  if (takes_a_place && metrics_.publishers + pending_.size() >= settings_.max_publishers) {
    return refused(503, "relay-full", "Relay is full",
                   "This relay has no room for another broadcast. Try again.", "10");
  }
  return {};
}

void broadcasts::publish(const std::string& stream_id, admission by, offer&& from, created done) {
  if (auto admitted = admit(stream_id, by); !admitted) {
    return done(std::unexpected{std::move(admitted.error())});
  }
  pending_.insert(stream_id);
  auto kept = std::make_shared<offer>(std::move(from));
  worker_.find_destination(stream_id,
                           [this, stream_id, by = std::move(by), kept, done = std::move(done)](auto found) {
                             pending_.erase(stream_id);
                             if (!found) {
                               return done(std::unexpected{std::move(found.error())});
                             }
                             if (auto admitted = admit(stream_id, by); !admitted) {
                               return done(std::unexpected{std::move(admitted.error())});
                             }
                             begin(stream_id, by, std::move(*kept), std::move(*found), done);
                           });
}

void broadcasts::begin(const std::string& stream_id, admission by, offer&& from, destination to,
                       created done) {
  auto& place = all_[stream_id];
  if (!place) {
    place = std::make_shared<broadcast>(stream_id, settings_, worker_, metrics_,
                                        [this, stream_id] { post([this, stream_id] { end(stream_id); }); });
  }
  auto name = std::make_shared<std::string>();
  *name = place->publish(std::move(by), std::move(from), std::move(to),
                         answering(name, place, false, std::move(done)));
}

// The callback runs later on the main loop, when the session's name is known.
peer_connection::answered broadcasts::answering(std::shared_ptr<std::string> name,
                                                std::weak_ptr<broadcast> of, bool viewer, created done) {
  return [name = std::move(name), of = std::move(of), viewer,
          done = std::move(done)](std::expected<std::string, edge::problem> answer) {
    if (!answer) {
      return done(std::unexpected{std::move(answer.error())});
    }
    auto kept = of.lock();
    const peer_connection* peer = kept ? viewer ? kept->viewer(*name) : kept->publisher(*name) : nullptr;
    if (peer == nullptr) {
      return done(refused(503, "session-lost", "Session was lost",
                          "The session ended before it was established. Try again.", "1"));
    }
    done(created_session{.name = *name, .etag = peer->etag(), .answer = std::move(*answer)});
  };
}

void broadcasts::watch(const std::string& stream_id, offer&& from, created done) {
  auto known = find(stream_id);
  if (!known || !known->live()) {
    return done(
        refused(409, "not-live", "Not live", "Nobody is publishing to this stream. Try again later.", "3"));
  }
  if (metrics_.draining || metrics_.viewers >= settings_.max_viewers) {
    return done(refused(503, "relay-full", "Relay is full",
                        "This relay has no room for another viewer. Try again.", "10"));
  }
  auto name = std::make_shared<std::string>();
  *name = known->watch(std::move(from), answering(name, known, true, std::move(done)));
}

void broadcasts::close(const std::string& stream_id, std::int64_t issued, std::function<void()> done) {
  std::erase_if(closed_, [&](const auto& each) { return each.second + longest_token < issued; });
  std::int64_t& order = closed_[stream_id];
  order = std::max(order, issued);
  auto known = find(stream_id);
  if (!known || !known->is_from_before(issued)) {
    return done();
  }
  closing_.emplace(stream_id, std::move(done));
  known->finish("the Worker closed it");
}

void broadcasts::end(const std::string& stream_id) {
  all_.erase(stream_id);
  auto [first, last] = closing_.equal_range(stream_id);
  std::vector<std::function<void()>> closed;
  for (auto& each : std::ranges::subrange{first, last}) {
    closed.push_back(std::move(each.second));
  }
  closing_.erase(first, last);
  for (const auto& done : closed) {
    done();
  }
  if (all_.empty() && drained_) {
    drained_();
  }
}

void broadcasts::drain(std::function<void()> done) {
  metrics_.draining = true;
  drained_ = std::move(done);
  if (all_.empty()) {
    drained_();
  }
}

void broadcasts::finish_all() {
  auto each_kept = all_;
  for (auto& [stream_id, each] : each_kept) {
    each->finish("the relay is shutting down");
  }
}

} // namespace relay
