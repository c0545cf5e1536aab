// Who may watch a stream, and what they play it with.
#pragma once

#include "api/known_stream.h"
#include "edge/context.h"
#include "streams/broadcast.h"
#include "streams/viewing_addresses.h"
#include "streams/viewing_keys.h"

#include <expected>
#include <optional>
#include <string_view>
#include <vector>

namespace api {

struct watched_stream {
  known_stream stream;
  // What a pass is signed with; nothing for a public stream, which needs none.
  std::optional<streams::viewing_keys> keys;

  bool is_private() const { return keys.has_value(); }
};

// The stream of the route's first parameter, brought up to date, for anybody if it is public. A private one
// is for whoever may manage it and for whoever bears an invite to watch it, and for everybody else the same
// 404 as one that is not there. Fails with 401 for a token that is not accepted, and with 503 where the
// deployment cannot sign.
edge::task<std::expected<watched_stream, edge::problem>> find_watched_stream(edge::context& request);

// Where the broadcast that is under way is played; `video_id` is of its recording at Cloudflare, where that
// is known. Fails with 503.
edge::task<std::expected<streams::viewing_addresses, edge::problem>>
addresses_while_live(edge::context& request, const watched_stream& watched,
                     std::optional<std::string_view> video_id);

// Where these broadcasts' recordings are played. Fails with 503.
edge::task<std::expected<streams::viewing_addresses, edge::problem>>
addresses_of_recordings(edge::context& request, const watched_stream& watched,
                        const std::vector<streams::broadcast>& broadcasts);

} // namespace api
