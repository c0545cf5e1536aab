// What can be wrong with a request about a WHIP session, and what a provider's answer says of it.
#pragma once

#include "edge/error.h"
#include "edge/http/problem.h"
#include "whip/client.h"

#include <string_view>

namespace api {

inline constexpr std::string_view offer_type = "application/sdp";
inline constexpr std::string_view fragment_type = "application/trickle-ice-sdpfrag";

inline constexpr edge::problem_type no_such_session{
    .status = 404,
    .type = "no-such-session",
    .title = "There is no such session",
    .detail = "It has ended, or was never one of this stream's. Begin a new one."};

inline constexpr edge::problem_type session_stopped{
    .status = 410,
    .type = "session-stopped",
    .title = "The broadcast was stopped",
    .detail = "A manager of the stream stopped it, canceled the invitation, replaced the credentials or "
              "changed who may publish. "
              "A publisher who is still allowed can begin again."};

inline constexpr edge::problem_type not_an_offer{.status = 415,
                                                 .type = "not-an-offer",
                                                 .title = "The body is no session description",
                                                 .detail =
                                                     "Send it with the header Content-Type: application/sdp.",
                                                 .header = {"accept-post", offer_type}};

inline constexpr edge::problem_type not_a_fragment{
    .status = 415,
    .type = "not-a-fragment",
    .title = "The body is no fragment of a session description",
    .detail = "Send it with the header Content-Type: application/trickle-ice-sdpfrag.",
    .header = {"accept-patch", fragment_type}};

inline constexpr edge::problem_type no_whip{
    .status = 409,
    .type = "no-whip",
    .title = "Nobody publishes to this stream by WHIP",
    .detail = "It was made for an encoder: its credentials say where to, by RTMPS or SRT."};

inline constexpr edge::problem_type no_body{.status = 400,
                                            .type = "body-missing",
                                            .title = "The request has no body",
                                            .detail = "Send the session description that your browser made."};

edge::problem provider_did_not_answer(const edge::error& cause);

// What the provider's status says about the request; nullptr if it says something about the provider or about
// us.
const edge::problem_type* refusal_of(int status, bool of_session);

// The problem that an unsuccessful status stands for. The provider's own words are not passed on.
edge::problem problem_for(const whip::exchange& answer, const edge::problem_type* refusal);

} // namespace api
