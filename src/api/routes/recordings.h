// What the addresses of one recording share.
#pragma once

#include "edge/http/problem.h"
#include "streams/model/stream.h"

#include <string_view>

namespace api {

inline constexpr edge::problem_type no_such_recording{.status = 404,
                                                      .type = "no-such-recording",
                                                      .title = "There is no such recording",
                                                      .detail = "Take the id of a recording of this stream."};

inline constexpr edge::problem_type recording_not_complete{
    .status = 409,
    .type = "recording-not-complete",
    .title = "The recording is not complete",
    .detail = "It is still being recorded or prepared. Ask again once its state is ready."};

// Null if it is unknown or deleted.
inline const streams::recording* recording_of(const streams::stream_record& in, std::string_view id) {
  const streams::recording* found = in.broadcasts.find(id);
  return found && found->state() != streams::recording_state::deleted ? found : nullptr;
}

} // namespace api
