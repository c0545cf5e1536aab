#include "broadcast.h"

#include "log.h"
#include "random_text.h"

#include <utility>

namespace relay {

namespace {

constexpr milliseconds check_period{500};
constexpr milliseconds key_frame_check_period{250};
// A phone that was silent for this long loses its place; it may return with another session.
constexpr milliseconds quiet_limit{2000};
// How long a session may take to send its first frame.
constexpr milliseconds patience{15'000};

} // namespace

broadcast::broadcast(std::string stream_id, const configuration& settings, worker_client& worker,
                     metrics& counted, over done)
    : stream_id_(std::move(stream_id)), settings_(settings), worker_(worker), metrics_(counted),
      done_(std::move(done)) {}

broadcast::~broadcast() {
  drop_publisher();
  metrics_.viewers -= viewers_.size();
}

bool broadcast::occupied() const {
  return ending_ || (publisher_ && now() - publisher_->last_heard() < quiet_limit);
}

bool broadcast::live() const { return publisher_ && publisher_->has_sent() && !ending_; }

std::string broadcast::publish(admission by, offer&& from, destination to, peer_connection::answered done) {
  drop_publisher();
  admitted_ = std::move(by);
  auto self = weak_from_this();
  publisher_name_ = random_text();
  publisher_ = publisher_session::make(settings_, {.received =
                                                       [self](media_sample what) {
                                                         if (auto kept = self.lock()) {
                                                           kept->receive(what);
                                                         }
                                                       },
                                                   .failed =
                                                       [self](std::string_view why) {
                                                         if (auto kept = self.lock()) {
                                                           kept->lose_publisher(why);
                                                         }
                                                       }});
  ++metrics_.publishers;
  // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDeleteLeaks): the analyzer loses sight of std::function
  auto answered = [self, done = std::move(done)](std::expected<std::string, edge::problem> answer) {
    auto kept = self.lock();
    bool refused = !answer;
    done(std::move(answer));
    if (kept && refused) {
      kept->lose_publisher("could not answer its offer");
    }
  };
  publisher_->answer(std::move(from), std::move(answered));
  if (uplink_) {
    uplink_->set_destination(std::move(to));
  } else {
    begin_uplink(std::move(to));
  }
  uplink_->expect_publisher();
  if (!checking_.running()) {
    checking_ = timer::every(check_period, [self] {
      if (auto kept = self.lock()) {
        kept->check();
      }
    });
  }
  key_frames_ = timer::every(key_frame_check_period, [self] {
    if (auto kept = self.lock(); kept && kept->publisher_) {
      kept->publisher_->check_key_frame();
    }
  });
  return publisher_name_;
}

void broadcast::begin_uplink(destination to) {
  auto self = weak_from_this();
  uplink::events listeners{.key_frame_wanted =
                               [self] {
                                 if (auto kept = self.lock()) {
                                   kept->want_key_frame();
                                 }
                               },
                           .refused =
                               [self](std::string_view why) {
                                 if (auto kept = self.lock()) {
                                   kept->finish(why);
                                 }
                               },
                           .ended =
                               [self] {
                                 if (auto kept = self.lock()) {
                                   kept->done_();
                                 }
                               }};
  uplink_ = std::make_shared<uplink>(stream_id_, std::move(to), worker_, metrics_, std::move(listeners));
}

std::string broadcast::watch(offer&& from, peer_connection::answered done) {
  auto self = weak_from_this();
  std::string name = random_text();
  auto viewer = viewer_session::make(from, settings_,
                                     {.key_frame_wanted =
                                          [self] {
                                            if (auto kept = self.lock()) {
                                              kept->want_key_frame();
                                            }
                                          },
                                      .failed =
                                          [self, name](std::string_view) {
                                            if (auto kept = self.lock()) {
                                              kept->remove_viewer(name);
                                            }
                                          }});
  viewers_.emplace(name, viewer);
  ++metrics_.viewers;
  // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDeleteLeaks): the analyzer loses sight of std::function
  viewer->answer(std::move(from), [self, name, done = std::move(done)](auto answer) {
    auto kept = self.lock();
    bool refused = !answer;
    done(std::move(answer));
    if (kept && refused) {
      kept->remove_viewer(name);
    }
  });
  return name;
}

peer_connection* broadcast::publisher(std::string_view session) {
  return publisher_ && publisher_name_ == session ? &publisher_->peer() : nullptr;
}

peer_connection* broadcast::viewer(std::string_view session) {
  auto found = viewers_.find(session);
  return found == viewers_.end() ? nullptr : &found->second->peer();
}

void broadcast::remove_viewer(std::string_view session) {
  auto found = viewers_.find(session);
  if (found == viewers_.end()) {
    return;
  }
  viewers_.erase(found);
  --metrics_.viewers;
}

void broadcast::receive(const media_sample& what) {
  last_media_ = now();
  if (!std::exchange(ever_live_, true)) {
    log("live", json::object().set("stream", stream_id_));
  }
  if (std::exchange(lost_, false)) {
    ++metrics_.sessions_resumed;
    log("publisher_resumed", json::object().set("stream", stream_id_));
  }
  switch (what.track) {
  case track::h264:
    ++metrics_.video_frames;
    metrics_.key_frames += what.key_frame ? 1 : 0;
    metrics_.video_bytes += what.size();
    break;
  case track::opus:
    ++metrics_.audio_frames;
    metrics_.audio_bytes += what.size();
    break;
  case track::aac: break;
  }
  if (uplink_) {
    uplink_->push(what);
  }
  for (auto& [name, viewer] : viewers_) {
    viewer->push(what);
  }
}

void broadcast::want_key_frame() {
  if (publisher_) {
    publisher_->want_key_frame();
  }
}

// Removes publishers and viewers that left without saying so.
void broadcast::check() {
  std::erase_if(viewers_, [&](const auto& each) {
    auto& [name, viewer] = each;
    bool gone = !viewer->peer().connected() && now() - viewer->last_connected() > patience;
    if (gone) {
      --metrics_.viewers;
    }
    return gone;
  });
  auto silent_for = now() - last_media_;
  if (publisher_ && publisher_->has_sent() && !lost_ && silent_for > quiet_limit) {
    lost_ = true;
    ++metrics_.sessions_lost;
    log("publisher_silent", json::object().set("stream", stream_id_));
  }
  if (publisher_ && !publisher_->has_sent() && now() - publisher_->last_heard() > patience) {
    lose_publisher("it never sent anything");
  }
  if (!publisher_ && !ever_live_) {
    return finish("no publisher came");
  }
  if (ever_live_ && silent_for > settings_.reconnect_window && silent_for > quiet_limit) {
    finish("the publisher did not come back");
  }
}

// Frees the publisher's place. The uplink stays while the publisher may still return.
void broadcast::lose_publisher(std::string_view why) {
  if (!publisher_) {
    return;
  }
  log("publisher_lost", json::object().set("stream", stream_id_).set("why", why));
  if (publisher_->has_sent() && !std::exchange(lost_, true)) {
    ++metrics_.sessions_lost;
  }
  drop_publisher();
}

void broadcast::drop_publisher() {
  if (!publisher_) {
    return;
  }
  publisher_->close();
  publisher_.reset();
  publisher_name_.clear();
  key_frames_.stop();
  --metrics_.publishers;
}

void broadcast::finish(std::string_view why) {
  if (std::exchange(ending_, true)) {
    return;
  }
  log("over", json::object().set("stream", stream_id_).set("why", why));
  checking_.stop();
  drop_publisher();
  metrics_.viewers -= viewers_.size();
  viewers_.clear();
  uplink_->finish();
}

} // namespace relay
