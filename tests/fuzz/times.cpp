// Times from outside (RFC 3339).
#include "edge/clock.h"
#include "target.h"

#include <chrono>

void fuzz::run(std::string_view input) {
  const auto time = edge::parse_timestamp(input);
  require(time == edge::parse_timestamp(input));
  if (!time) {
    return;
  }
  require(edge::from_microseconds(edge::to_microseconds(*time)) == *time);
  const std::string written = edge::format_timestamp(*time);
  const auto again = edge::parse_timestamp(written);
  require(again == std::chrono::floor<edge::milliseconds>(*time));
  require(edge::format_timestamp(*again) == written);
}
