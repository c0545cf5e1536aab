// The room of a stream: a Durable Object (binding ROOMS, worker/room.js) that keeps WebSockets to the pages
// that show the stream, and sends each of them what it is told for that page's role. It knows nothing about
// streams. Without the binding, nobody is told and pages ask again.
#pragma once

#include "edge/host.h"
#include "edge/operation.h"
#include "edge/task.h"
#include "streams/watch/playback_view.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace streams {

// What a page is.
enum class room_role : std::uint8_t {
  viewer,    // hears {playback}: what /playback answers
  publisher, // hears {status}: what /status answers
  owner,     // hears {stream}: what GET of the stream answers to someone who may see no credentials
};

std::string_view name_of(room_role role);
std::optional<room_role> room_role_named(std::optional<std::string_view> name);

// With these codes a room closes sockets.
inline constexpr std::uint32_t right_has_ended = 4401;
inline constexpr std::uint32_t stream_is_gone = 4404;

// The tag of the sockets that an invite admitted.
inline std::string room_tag_of_invite(std::string_view id) { return std::string{"invite:"}.append(id); }

// The tag of the sockets of a user. The subject of a token may be too long for a tag.
std::string room_tag_of_user(std::string_view subject);

// The news for these roles. A role is left out if its playback cannot be signed.
edge::task<edge::operation::room> room_news(edge::host& host, watched_stream stream,
                                            std::vector<room_role> roles);

// Tells the room of a record that was just folded, and when the stream is to be looked at again; closes it if
// the stream is deleted. If that is lost, the fold two minutes later tells the same.
edge::task<void> tell_room(edge::host& host, const stream_record& stream);

// Tells the room that its stream is gone.
edge::task<void> close_room(edge::host& host, std::string_view stream_id);

// Closes the room's sockets that have this tag: their right has ended.
edge::task<void> send_away(edge::host& host, std::string_view stream_id, std::string_view tag);

// Tells the room if time alone, of which no fact tells, has changed what it was to hear within `since`: an
// encoder did not come back, or a recording is not awaited any more.
edge::task<void> tell_what_time_changed(edge::host& host, const stream_record& stream,
                                        std::chrono::seconds since);

// When the stream is to be looked at again soon although no fact may come: its recording must have begun, or
// time alone will have changed what its room hears. Nullopt if nothing of that is ahead.
std::optional<edge::timestamp> next_look(const stream_record& stream, std::chrono::seconds recording_check,
                                         edge::timestamp now);

} // namespace streams
