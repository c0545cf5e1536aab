// Decides who may publish to a stream, watch it, or close its session: the Worker signs one token for each
// purpose.
#pragma once

#include "crypto/secret.h"
#include "edge/http/problem.h"
#include "edge/http/request.h"

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

namespace relay {

// The bearer token of a request, or nothing.
[[nodiscard]] std::string_view bearer_of(const edge::request& from);

// Checks the bearer token of a request for a stream and a scope ("publish", "watch" or "close"). Returns the
// token's `iat`, in seconds since 1970 (0 if it has none). Fails with a 401 if there is no valid token, and
// with a 403 if the token is for another stream or scope. Without a time, the token may have expired.
[[nodiscard]] std::expected<std::int64_t, edge::problem>
check_access(const edge::request& from, std::string_view stream_id, std::string_view scope,
             const crypto::secret& key, std::optional<std::int64_t> now_seconds);

} // namespace relay
