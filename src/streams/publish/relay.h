// Which relay a broadcast uses, and tokens for it: their bearer may publish to one stream, watch it there, or
// close what is published. JSON Web Tokens signed with HS256 (RFC 7519): iss "whip-mux", aud "relay", sub the
// stream's id, scope, iat, exp.
#pragma once

#include "crypto/secret.h"
#include "edge/clock.h"
#include "edge/host.h"
#include "edge/task.h"
#include "streams/model/stream.h"
#include "streams/settings/settings.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace streams {

enum class relay_scope : std::uint8_t { publish, watch, close };

// A phone that returns or ends its session later asks for another token.
inline constexpr std::chrono::hours relay_token_lifetime{1};

// Leaves one relay in the settings, for a new session: `before`, or else the one of the stream's open
// session, if it is still in the list, else the stream's own. One that does not answer GET /healthz is passed
// over, as long as there is another and at most three times. Does nothing for a stream that needs no relay.
edge::task<void> choose_relay(edge::host& host, settings& with, const stream_record& stream,
                              std::string_view before = {});

// `issued` is what an order to close goes by: it holds for publishers whose token was issued no later.
crypto::secret make_relay_token(const relay_settings& with, std::string_view stream_id, relay_scope scope,
                                edge::timestamp issued, edge::timestamp expires);

// The same text for five minutes, so that an answer with a token stays the same for that long.
crypto::secret make_watch_token(const relay_settings& with, std::string_view stream_id, edge::timestamp now);

// When the token was issued that lets its bearer do that with that stream now; nullopt if it does not.
std::optional<edge::timestamp> admits(const relay_settings& with, std::string_view token,
                                      std::string_view stream_id, relay_scope scope, edge::timestamp now);

} // namespace streams
