// What the host application is told of a stream: events, and how their deliveries went. The fold of all
// attempts: neither order nor repetition matters.
#pragma once

#include "edge/clock.h"
#include "json/reader.h"
#include "json/writer.h"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace streams {

enum class event_type : std::uint8_t { live, ended, recording_ready, recording_failed, warning };

// The type in the event's body, such as "stream.live".
std::string_view name_of(event_type type);

// An event is told apart by its type and by what it is about.
struct host_event {
  event_type type;
  // live, ended: when the broadcast began, in microseconds since 1970. recording_ready, recording_failed: the
  // source and the id of the recording. warning: its code, its source, and the broadcast. With colons.
  std::string of;
  edge::timestamp at; // when it happened

  // Of what it is about, from 0. Empty if there is no such part.
  [[nodiscard]] std::string_view part(std::size_t number) const;
  [[nodiscard]] bool is(const host_event& other) const { return type == other.type && of == other.of; }
  bool operator==(const host_event&) const = default;
};

// The same for every delivery of that event, and different for all others: "evt_" and 32 hexadecimal digits.
std::string id_of(const host_event& event, std::string_view stream_id);

struct delivery_attempt {
  edge::timestamp at;
  std::string answer;   // the HTTP status, or why there was none: "timeout", "network"
  bool by_hand = false; // somebody asked for it, so it counts for nothing but its success

  [[nodiscard]] bool is_success() const { return answer.size() == 3 && answer.front() == '2'; }

  auto operator<=>(const delivery_attempt&) const = default;
};

enum class delivery_state : std::uint8_t {
  pending,   // it was not delivered yet
  delivered, // the receiver has accepted it
  refused,   // the receiver does not want it any more (410)
  failed,    // it was tried for three days
};

std::string_view name_of(delivery_state state);

struct told_event {
  // How often an event is delivered by itself. The waits between add up to 74 hours.
  static constexpr std::size_t most_attempts = 10;

  host_event what;
  std::vector<delivery_attempt> attempts = {}; // the oldest first, at most twenty; see shorten

  // How often it was delivered by itself.
  [[nodiscard]] std::size_t tries() const;
  [[nodiscard]] delivery_state state() const;
  // When it is to be delivered next; nullopt unless it is pending.
  [[nodiscard]] std::optional<edge::timestamp> next_attempt() const;

  void join(const told_event& other);
  bool operator==(const told_event&) const = default;

  [[nodiscard]] json::object to_json() const;
  // Nullopt for what to_json does not write.
  static std::optional<told_event> from_json(const json::value& from);

private:
  [[nodiscard]] const delivery_attempt* last_try() const;
  // Keeps the newest success, then those by itself, then those by hand, the newest first.
  void shorten();
};

// A stream's events that were delivered at least once, or tried to. Those that happened a week before the
// newest one are forgotten, and so are the oldest of more than a hundred.
class told_events {
public:
  void join(const told_event& said);
  void join(const told_events& other);

  // The oldest first.
  [[nodiscard]] const std::vector<told_event>& all() const { return all_; }
  // Null if it is unknown.
  [[nodiscard]] const told_event* find(const host_event& event) const;
  // The newest of that type; null without one.
  [[nodiscard]] const host_event* newest(event_type type) const;
  // Whether an event of that time would be forgotten at once.
  [[nodiscard]] bool forgets(edge::timestamp at) const;

  bool operator==(const told_events&) const = default;

  [[nodiscard]] json::array to_json() const;
  static told_events from_json(const json::value& from);

private:
  std::vector<told_event> all_;
};

} // namespace streams
