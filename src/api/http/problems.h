// The problems that more than one address answers with.
#pragma once

#include "edge/error.h"
#include "edge/http/problem.h"

#include <string>
#include <vector>

namespace api {

// The store failed. Nothing was changed, or the same request can be sent again.
inline constexpr edge::problem_type store_unavailable{.status = 503,
                                                      .type = "store-unavailable",
                                                      .title = "The store did not answer",
                                                      .detail = "Try again in a few seconds.",
                                                      .header = {"retry-after", "5"}};

// The same for a missing stream and for somebody else's.
inline constexpr edge::problem_type no_such_stream{
    .status = 404,
    .type = "no-such-stream",
    .title = "There is no such stream",
    .detail = "Check the id, and whether you are signed in as its owner."};

inline constexpr edge::problem_type stream_has_ended{
    .status = 409,
    .type = "stream-ended",
    .title = "The stream has ended",
    .detail = "Nobody can broadcast into it any more. Make a new one."};

// Another request is making the stream.
inline constexpr edge::problem_type still_running{.status = 409,
                                                  .type = "still-running",
                                                  .title = "This is being made already",
                                                  .detail =
                                                      "Send the same again in a few seconds for its answer.",
                                                  .header = {"retry-after", "2"}};

// An admin may manage the stream, but not publish to it.
inline constexpr edge::problem_type publishers_only{
    .status = 403,
    .type = "publishers-only",
    .title = "You may not publish to this stream",
    .detail =
        "Only the stream's creator and users that its memorial admits may see the publish credentials."};

// The memorial is known and does not admit the caller.
inline constexpr edge::problem_type not_admitted{.status = 403,
                                                 .type = "not-admitted",
                                                 .title = "You may not stream for this memorial",
                                                 .detail = "Ask its owner to add you as a videographer."};

// A private stream cannot be watched.
inline constexpr edge::problem_type cannot_sign{
    .status = 503,
    .type = "not-configured",
    .title = "This deployment is not configured",
    .detail = "CLOUDFLARE_SIGNING_JWK or MUX_SIGNING_PRIVATE_KEY is not a key that can sign."};

// 503: settings of the deployment are missing.
edge::problem not_configured(const std::vector<std::string>& settings);

// The same for a stream that needs a relay, in a deployment without one.
edge::problem no_relay();

// The same for a stream that needs LiveKit.
edge::problem no_livekit();

// 502: a provider failed. `what` says what was done and what was not, without the full stop.
edge::problem provider_failed(std::string what);

// The credentials cannot be read: 503 if they do not open with the deployment's keys, 502 if their provider
// failed.
edge::problem credentials_unreadable(const edge::error& cause);

// 400: invalid fields of a body, a query or a header.
edge::problem invalid_fields(std::vector<edge::invalid_field> fields);

} // namespace api
