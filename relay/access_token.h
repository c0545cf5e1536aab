// Who may publish to a stream or watch it: the bearer of a token that the Worker signed for just that.
#pragma once

#include "crypto/secret.h"
#include "edge/http/problem.h"
#include "edge/http/request.h"

#include <cstdint>
#include <expected>
#include <string_view>

namespace relay {

// Takes a request with a token in its Authorization header, the stream that it is about, what is asked for
// ("publish" or "watch"), and the time in seconds since 1970. Gives nothing, or a 401 where there is no valid
// token, or a 403 where it is for another stream or for something else.
[[nodiscard]] std::expected<void, edge::problem>
check_access(const edge::request& from, std::string_view stream_id, std::string_view scope,
             const crypto::secret& key, std::int64_t now_seconds);

} // namespace relay
