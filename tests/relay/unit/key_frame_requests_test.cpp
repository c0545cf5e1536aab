#include "key_frame_requests.h"
#include "support/catch.h"

using relay::key_frame_requests;
using relay::milliseconds;
using relay::monotonic_time;

namespace {

monotonic_time at(int milliseconds_passed) {
  return monotonic_time{} + milliseconds{100'000 + milliseconds_passed};
}

} // namespace

TEST_CASE("A key frame is asked for four seconds after the last one") {
  key_frame_requests requests;
  CHECK_FALSE(requests.due(at(0))); // the first comes by itself
  requests.received(at(0));
  CHECK_FALSE(requests.due(at(3999)));
  CHECK(requests.due(at(4000)));
}

TEST_CASE("A key frame is never asked for within two seconds of the last one by anyone") {
  key_frame_requests requests;
  requests.received(at(0));
  for (int time = 0; time < 2000; time += 100) {
    requests.want();
    CHECK_FALSE(requests.due(at(time)));
  }
  CHECK(requests.due(at(2000)));
}

TEST_CASE("A request that is not answered is repeated every two seconds") {
  key_frame_requests requests;
  requests.want();
  CHECK(requests.due(at(0)));
  CHECK_FALSE(requests.due(at(1999)));
  CHECK(requests.due(at(2000)));
  requests.received(at(2100));
  CHECK_FALSE(requests.due(at(4100)));
  CHECK(requests.due(at(6100)));
}
