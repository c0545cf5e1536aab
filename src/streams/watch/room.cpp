#include "streams/watch/room.h"

#include "crypto/hex.h"
#include "crypto/sha256.h"
#include "streams/store/due.h"
#include "streams/watch/stream_view.h"

#include <algorithm>
#include <array>

namespace streams {

namespace {

using enum room_role;

struct named_role {
  room_role role;
  std::string_view name;
  std::string_view hears;
};
constexpr std::array<named_role, 3> named_roles{
    {{viewer, "viewer", "playback"}, {publisher, "publisher", "status"}, {owner, "owner", "stream"}}};

// What is heard of the stream at that time, without what differs from one reading to the next.
std::string heard_at(const stream_record& stream, edge::timestamp time) {
  return status_view_of(stream, time).set("playback", name_of(playback_of(stream, time).status)).dump();
}

const named_role& named(room_role role) { return named_roles.at(static_cast<std::size_t>(role)); }

} // namespace

std::string_view name_of(room_role role) { return named(role).name; }

std::optional<room_role> room_role_named(std::optional<std::string_view> name) {
  for (const named_role& each : named_roles) {
    if (each.name == name) {
      return each.role;
    }
  }
  return std::nullopt;
}

std::string room_tag_of_user(std::string_view subject) {
  return std::string{"user:"}.append(crypto::hex_encode(crypto::sha256::of(subject)));
}

edge::task<edge::operation::room> room_news(edge::host& host, watched_stream stream,
                                            std::vector<room_role> roles) {
  const stream_record& record = stream.record;
  edge::operation::room news{.name = record.id,
                             .version = edge::to_microseconds(record.folded_at),
                             .live = record.status(host.now()) == stream_status::live};
  for (const room_role role : roles) {
    edge::outcome<json::object> view;
    if (role == viewer) {
      view = co_await attempt(playback_view(host, stream));
    } else {
      view = role == owner ? view_of(record, host) : status_view_of(record, host.now());
    }
    if (view) {
      news.messages.emplace_back(named(role).name,
                                 json::object().set(named(role).hears, *std::move(view)).dump());
    }
  }
  co_return news;
}

edge::task<void> tell_room(edge::host& host, const stream_record& stream) {
  if (!has_rooms(host)) {
    co_return;
  }
  if (stream.desired.deleted()) {
    co_return co_await close_room(host, stream.id);
  }
  const auto with = settings::read(host.settings());
  if (!with) {
    co_return;
  }
  std::vector<room_role> roles{publisher, owner};
  std::optional<playback_keys> keys;
  if (stream.is_private()) {
    if (auto read = playback_keys::read(host.settings())) {
      keys = std::move(*read);
    }
  }
  if (keys || !stream.is_private()) {
    roles.push_back(viewer);
  }
  (void)co_await attempt(host.perform(co_await room_news(host, {*with, stream, keys}, std::move(roles))));
  if (const auto next = next_look(stream, with->recording_check, host.now())) {
    (void)co_await attempt(set_due(host, stream.id, due::check, *next));
  }
}

edge::task<void> close_room(edge::host& host, std::string_view stream_id) {
  if (has_rooms(host)) {
    (void)co_await attempt(
        host.perform(edge::operation::room{.name = std::string{stream_id}, .code = stream_is_gone}));
  }
}

edge::task<void> send_away(edge::host& host, std::string_view stream_id, std::string_view tag) {
  if (has_rooms(host)) {
    (void)co_await attempt(host.perform(edge::operation::room{
        .name = std::string{stream_id}, .closing = std::string{tag}, .code = right_has_ended}));
  }
}

edge::task<void> tell_what_time_changed(edge::host& host, const stream_record& stream,
                                        std::chrono::seconds since) {
  const edge::timestamp now = host.now();
  if (!stream.desired.deleted() && heard_at(stream, now) != heard_at(stream, now - since)) {
    co_await tell_room(host, stream);
  }
}

std::optional<edge::timestamp> next_look(const stream_record& stream, std::chrono::seconds recording_check,
                                         edge::timestamp now) {
  // Encoders have less than that to come back.
  constexpr std::chrono::minutes ahead{3};
  constexpr std::chrono::seconds step{15};
  std::optional<edge::timestamp> next;
  const std::string heard = heard_at(stream, now);
  for (edge::timestamp at = now + step; !next && at <= now + ahead; at += step) {
    if (heard_at(stream, at) != heard) {
      next = at;
    }
  }
  // To the second.
  for (std::chrono::seconds half = step / 2; next && half > std::chrono::seconds{0}; half /= 2) {
    if (heard_at(stream, *next - half) != heard) {
      next = *next - half;
    }
  }
  const auto since = stream.broadcasts.live_since(now);
  if (since && *since + recording_check > now) {
    next = std::min(next.value_or(edge::timestamp::max()), *since + recording_check);
  }
  return next;
}

} // namespace streams
