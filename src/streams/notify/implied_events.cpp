#include "streams/notify/implied_events.h"

#include "json/number.h"
#include "streams/model/recording_check.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace streams {

namespace {

// No broadcast lasts longer. Of one whose end was not told by then, nothing more is told.
constexpr std::chrono::hours longest_broadcast{24};

// After those that happened no later.
void insert_by_time(std::vector<told_event>& to, told_event what) {
  const auto place =
      std::ranges::find_if(to, [&](const told_event& each) { return each.what.at > what.what.at; });
  to.insert(place, std::move(what));
}

class implied {
public:
  implied(const stream_record& stream, edge::timestamp now) : stream_(stream), now_(now) {}

  std::vector<told_event> take() {
    add_broadcast();
    add_recordings();
    add_warnings();
    return std::move(found_);
  }

private:
  void add(event_type type, std::string of, edge::timestamp at) {
    const host_event what{.type = type, .of = std::move(of), .at = at};
    if (now_ < at + news_lasts && !stream_.told.find(what) && !stream_.told.forgets(at)) {
      insert_by_time(found_, {.what = what});
    }
  }

  // Encoders come back within a broadcast, and each provider tells another time of its beginning. So what
  // begins before the end of the broadcast that was told of belongs to it. A WHIP session's time is ours.
  void add_broadcast() {
    const broadcast_state& broadcasts = stream_.broadcasts;
    const bool is_live = stream_.status(now_) == stream_status::live;
    const auto begun = is_live ? broadcasts.live_since(now_) : broadcasts.last_begun();
    const auto& end = stream_.desired.ended();
    const host_event* live = stream_.told.newest(event_type::live);
    if (!begun || (end && *begun > end.at())) {
      broadcast_ = live ? live->of : "";
      return;
    }
    const host_event* ended = stream_.told.newest(event_type::ended);
    const bool was_ended = live && ended && ended->of == live->of;
    const auto doubt = *begun == broadcasts.session_begun() ? std::chrono::seconds{0} : clock_difference;
    if (was_ended && *begun <= std::max(ended->at, live->at) + doubt) {
      broadcast_ = live->of;
      return;
    }
    if (live && !was_ended && *begun < live->at + longest_broadcast) {
      broadcast_ = live->of;
    } else {
      broadcast_ = json::decimal(edge::to_microseconds(*begun));
      add(event_type::live, broadcast_, *begun);
    }
    if (!is_live) {
      const edge::timestamp over = broadcasts.ended_at(now_).value_or(now_);
      add(event_type::ended, broadcast_, end ? std::min(over, end.at()) : over);
    }
  }

  void add_recordings() {
    for (const recording& each : stream_.broadcasts.recordings()) {
      const bool is_ready = each.state() == recording_state::ready;
      if (is_ready || each.state() == recording_state::failed) {
        add(is_ready ? event_type::recording_ready : event_type::recording_failed,
            std::string{name_of(each.source)}.append(":").append(each.id), each.end.at());
      }
    }
  }

  // A warning has no time. It is told once for each broadcast, while the stream has news.
  // What passes by itself is not told.
  void add_warnings() {
    if (now_ >= stream_.updated_at() + news_lasts) {
      return;
    }
    for (const warning& each : warnings_of(stream_, now_)) {
      if (each.code == reconnecting) {
        continue;
      }
      add(event_type::warning,
          std::string{each.code}.append(":").append(each.source).append(":").append(broadcast_), now_);
    }
  }

  const stream_record& stream_;
  edge::timestamp now_;
  std::string broadcast_; // when the newest one began; empty without one
  std::vector<told_event> found_;
};

} // namespace

std::vector<told_event> all_events(const stream_record& stream, edge::timestamp now) {
  std::vector<told_event> all = implied{stream, now}.take();
  for (const told_event& each : stream.told.all()) {
    insert_by_time(all, each);
  }
  return all;
}

std::vector<told_event> pending_events(const stream_record& stream, edge::timestamp now) {
  std::vector<told_event> all = all_events(stream, now);
  std::erase_if(all, [](const told_event& each) { return each.state() != delivery_state::pending; });
  return all;
}

} // namespace streams
