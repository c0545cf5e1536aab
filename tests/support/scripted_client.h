// A client of a provider against a script: what it asks, and what it makes of the answers.
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

// What comes of a call that is answered so.
template <class Api, class Settings, class Call>
auto answered(const Settings& with, int status, std::string body, Call call) {
  scripted_host world;
  world.answers(status, std::move(body));
  Api api{world.host(), with, world.soon()};
  return world.run(call(api));
}

// What is asked of the provider by a call that is answered so.
template <class Api, class Settings, class Call>
edge::operation::fetch asked_by(const Settings& with, int status, std::string body, Call call) {
  scripted_host world;
  world.answers(status, std::move(body));
  Api api{world.host(), with, world.soon()};
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

} // namespace support
