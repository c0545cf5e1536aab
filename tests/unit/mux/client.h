// A Mux client against a script, for tests of its requests and results.
#pragma once

#include "mux/api.h"
#include "support/scripted_client.h"

#include <string>
#include <utility>

namespace mux_test {

inline const mux::settings with_token{.api_url = "https://api.mux.com",
                                      .token_id = "token-id",
                                      .token_secret = crypto::secret("token-secret"),
                                      .webhook_secrets = {},
                                      .rtmps_url = "rtmps://global-live.mux.com:443/app",
                                      .whip_url = "https://global-live.mux.com/app"};

inline mux::api client(support::scripted_host& world) { return {world.host(), with_token, world.soon()}; }

template <class Call>
auto answered(int status, std::string body, Call call) {
  return support::answered<mux::api>(with_token, status, std::move(body), std::move(call));
}

template <class Call>
edge::operation::fetch asked_by(int status, std::string body, Call call) {
  return support::asked_by<mux::api>(with_token, status, std::move(body), std::move(call));
}

using support::is_rejected;
using support::with;

} // namespace mux_test
