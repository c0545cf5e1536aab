// A provider client against a script: its requests, and its results for given responses.
#pragma once

#include "edge/error.h"
#include "support/catch.h"
#include "support/scripted_host.h"

#include <cstddef>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

namespace support {

// The result of a call with this response.
template <class Api, class Settings, class Call>
auto answered(const Settings& with, int status, std::string body, Call call) {
  scripted_host world;
  world.answers(status, std::move(body));
  Api api{world.host(), with, world.soon()};
  return world.run(call(api));
}

// The request of a call with this response.
template <class Api, class Settings, class Call>
edge::operation::fetch asked_by(const Settings& with, int status, std::string body, Call call) {
  scripted_host world;
  world.answers(status, std::move(body));
  Api api{world.host(), with, world.soon()};
  REQUIRE(world.run(call(api)));
  REQUIRE(world.asked().size() == 1);
  return world.asked<edge::operation::fetch>().at(0);
}

// The same text with one piece replaced. Also for constants, hence no Catch2 assertion.
inline std::string with(std::string body, std::string_view piece, std::string_view other) {
  const std::size_t at = body.find(piece);
  if (at == std::string::npos) {
    std::abort();
  }
  return body.replace(at, piece.size(), other);
}

// Whether a call with an invalid id was rejected.
template <class Outcome>
bool is_rejected(const Outcome& outcome) {
  return !outcome && outcome.error().kind == edge::error_kind::rejected;
}

} // namespace support
