// A client of Mux against a script, for the tests of what it asks and of what it makes of the answers.
#pragma once

#include "mux/api.h"
#include "support/catch.h"
#include "support/scripted_host.h"

#include <cstddef>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

namespace mux_test {

inline const mux::settings with_token{.api_url = "https://api.mux.com",
                                      .token_id = "token-id",
                                      .token_secret = crypto::secret("token-secret"),
                                      .webhook_secrets = {},
                                      .rtmps_url = "rtmps://global-live.mux.com:443/app",
                                      .whip_url = "https://global-live.mux.com/app"};

inline mux::api client(support::scripted_host& world) { return {world.host(), with_token, world.soon()}; }

// What comes of a call that is answered so.
template <class Call>
auto answered(int status, std::string body, Call call) {
  support::scripted_host world;
  world.answers(status, std::move(body));
  mux::api api = client(world);
  return world.run(call(api));
}

// What is asked of Mux by a call that is answered so.
template <class Call>
edge::operation::fetch asked_by(int status, std::string body, Call call) {
  support::scripted_host world;
  world.answers(status, std::move(body));
  mux::api api = client(world);
  REQUIRE(world.run(call(api)));
  REQUIRE(world.asked().size() == 1);
  return world.asked<edge::operation::fetch>().at(0);
}

// The same text with one piece of it replaced. Also for constants, hence no assertion of Catch2.
inline std::string with(std::string body, std::string_view piece, std::string_view other) {
  const std::size_t at = body.find(piece);
  if (at == std::string::npos) {
    std::abort();
  }
  return body.replace(at, piece.size(), other);
}

// Whether a call with an id that is none was rejected.
template <class Outcome>
bool is_rejected(const Outcome& outcome) {
  return !outcome && outcome.error().kind == edge::error_kind::rejected;
}

} // namespace mux_test
