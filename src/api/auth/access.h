// What a caller may do: with a stream that is the caller's own or belongs to a memorial that admits the
// caller; with a memorial; and, for an admin, with all of them.
#pragma once

#include "api/auth/authentication.h"
#include "edge/http/context.h"
#include "streams/model/broadcast.h"
#include "streams/model/settings.h"
#include "streams/model/stream.h"
#include "streams/store/credentials.h"
#include "streams/store/invite_store.h"
#include "streams/store/memorial_store.h"
#include "streams/store/store.h"
#include "streams/watch/signed_playback.h"

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>
#include <vector>

namespace api {

enum class stream_rights : std::uint8_t {
  none,    // it is not to be told from a stream that is not there
  manage,  // an admin: everything but to publish
  publish, // its creator, and whom its memorial admits: everything, and what lets one publish
};

// Fails with 503 where the store does not answer.
edge::task<edge::result<stream_rights>> rights_to(streams::store& store, const caller& user,
                                                  const streams::stream_record& stream);

// The memorial, if it is known and admits the caller; nothing where it is not known. Fails with 403 where it
// is known and does not admit the caller, and with 503.
edge::task<edge::result<std::optional<streams::memorial>>>
memorial_for(streams::store& store, const caller& user, std::string_view memorial_id);

// The stream that an address below /api/streams/{id} is about, whoever asks.

// How long an address may take to read or change one stream.
inline constexpr std::chrono::seconds stream_budget{15};

struct known_stream {
  streams::settings settings;
  streams::stream_record record;
};

// The stream of the route's first parameter, as its record says. Fails with 404 and 503.
edge::task<edge::result<known_stream>> find_stream(edge::context& request);

// Takes in what was said of the stream since, where that may be much, and has it written back after the
// answer. Fails with the same 404 for a stream that was deleted.
edge::task<edge::result<void>> bring_up_to_date(edge::context& request, streams::stream_record& stream);

// Writes the record once the answer is on its way.
void write_back_later(edge::context& request, const streams::stream_record& record);

// Both: the stream for anybody.
edge::task<edge::result<known_stream>> find_public_stream(edge::context& request);

// The stream that an address below /api/streams/{id} is about, for a caller who may manage it.

struct managed_stream {
  caller user;
  stream_rights rights = stream_rights::none;
  streams::settings settings;
  streams::stream_record record;
};

enum class deleted_streams : std::uint8_t { hidden, found };

// Authenticates, finds the stream of the route's first parameter, and brings it up to date. Fails with 401,
// with the same 404 for a stream that is not there and for one that is somebody else's, and with 503. One
// that is being deleted is found only by whoever goes on with that.
edge::task<edge::result<managed_stream>>
find_managed_stream(edge::context& request, deleted_streams deleted = deleted_streams::hidden);

// The same, for a caller who may publish to it: fails with 403 as well, for an admin who may not.
edge::task<edge::result<managed_stream>> find_published_stream(edge::context& request);

// What publishes to the stream, if the caller may. Where it does not open, the record gets a warning that
// says so.
edge::task<std::optional<streams::credentials>> credentials_for_caller(edge::host& host,
                                                                       managed_stream& stream);

// What a request without an account comes with: an invite to one stream.

// The stream of the route's first parameter, brought up to date, where the request bears an invite to it for
// that. Nothing where what it bears is no invite of ours, or one for something else. Fails as
// find_public_stream does, with the same 404 for another stream's invite as for a stream that is not there,
// and with 401 for an invite that has expired or was withdrawn; that may be known here a minute later than
// where it was withdrawn.
edge::task<edge::result<std::optional<known_stream>>> find_stream_by_invite(edge::context& request,
                                                                            streams::invite_purpose to);

// The stream that somebody publishes to, with or without an account.

// What is asked of a user; an invite is good for all of it.
enum class publisher_rights : std::uint8_t {
  look,    // whoever may manage the stream
  publish, // whoever may publish to it
};

// The stream of the route's first parameter, brought up to date, for a user, or for whoever bears an invite
// to it. Fails as find_managed_stream and find_published_stream do, and with 401 for an invite that has
// expired or was withdrawn. That may be known here a minute later than where it was withdrawn. The token of
// an invite to another stream gets the same 404 as for one that is not there.
edge::task<edge::result<known_stream>> find_stream_for_publisher(edge::context& request,
                                                                 publisher_rights asked);

// Who may watch a stream, and what they play it with.

struct watched_stream {
  known_stream stream;
  // What a pass is signed with; nothing for a public stream, which needs none.
  std::optional<streams::playback_keys> keys;

  bool is_private() const { return keys.has_value(); }
};

// The stream of the route's first parameter, brought up to date, for anybody if it is public. A private one
// is for whoever may manage it and for whoever bears an invite to watch it, and for everybody else the same
// 404 as one that is not there. Fails with 401 for a token that is not accepted, and with 503 where the
// deployment cannot sign.
edge::task<edge::result<watched_stream>> find_watched_stream(edge::context& request);

// Where the broadcast that is under way is played; `video_id` is of its recording at Cloudflare, where that
// is known. Fails with 503.
edge::task<edge::result<streams::playback_addresses>>
addresses_while_live(edge::context& request, const watched_stream& watched,
                     std::optional<std::string_view> video_id);

// Where these broadcasts' recordings are played. Fails with 503.
edge::task<edge::result<streams::playback_addresses>>
addresses_of_recordings(edge::context& request, const watched_stream& watched,
                        const std::vector<streams::broadcast>& broadcasts);

} // namespace api
