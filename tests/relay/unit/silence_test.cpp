#include "silence.h"
#include "support/catch.h"

#include <algorithm>
#include <iterator>
#include <vector>

using relay::silence;

namespace {

// The silent frames that are due.
std::vector<GstClockTime> written(silence& of) {
  std::vector<GstClockTime> times;
  while (auto time = of.next()) {
    times.push_back(*time);
  }
  return times;
}

// Counts the moments longer than a frame without sound.
int holes(const std::vector<GstClockTime>& times) {
  int count = 0;
  for (std::size_t i = 1; i < times.size(); ++i) {
    count += times[i] - times[i - 1] > 2 * silence::frame || times[i] <= times[i - 1] ? 1 : 0;
  }
  return count;
}

} // namespace

TEST_CASE("Sound that stops while the picture goes on is replaced with silence until it is back") {
  silence quiet{0};
  std::vector<GstClockTime> times;
  for (GstClockTime time = 0; time < 20 * GST_SECOND; time += 10 * GST_MSECOND) {
    if (time % (30 * GST_MSECOND) == 0) {
      quiet.see_picture(time);
    }
    const bool heard = time < 5 * GST_SECOND || time >= 15 * GST_SECOND;
    const bool sound = heard && time % (20 * GST_MSECOND) == 0 && quiet.see_sound(time);
    std::ranges::copy(written(quiet), std::back_inserter(times));
    if (sound) {
      times.push_back(time);
      quiet.wrote_sound(time);
    }
  }
  CHECK(holes(times) == 0);
  CHECK(times.size() > 900);
  CHECK(times.back() > 19 * GST_SECOND);
}

TEST_CASE("A picture without any sound has silence from its first frame") {
  silence quiet{3 * GST_SECOND};
  quiet.see_picture(3 * GST_SECOND);
  quiet.see_picture(4 * GST_SECOND);
  const auto times = written(quiet);
  REQUIRE_FALSE(times.empty());
  CHECK(times.front() == 3 * GST_SECOND);
  CHECK(times.back() < 4 * GST_SECOND);
  CHECK(holes(times) == 0);
}

TEST_CASE("A publisher that sends nothing for a few seconds leaves no hole") {
  silence quiet{0};
  REQUIRE(quiet.see_sound(0));
  quiet.wrote_sound(0);
  REQUIRE(quiet.see_sound(5 * GST_SECOND));
  const auto times = written(quiet);
  REQUIRE_FALSE(times.empty());
  CHECK(holes(times) == 0);
  CHECK(times.back() > 5 * GST_SECOND - 2 * silence::frame);
}

TEST_CASE("The time without a publisher stays a gap") {
  silence quiet{0};
  REQUIRE(quiet.see_sound(0));
  quiet.wrote_sound(0);
  quiet.skip();
  REQUIRE(quiet.see_sound(3 * GST_SECOND));
  CHECK(written(quiet).empty());
}

TEST_CASE("Nothing is written where neither picture nor sound was sent for long") {
  silence quiet{0};
  REQUIRE(quiet.see_sound(0));
  quiet.wrote_sound(0);
  quiet.see_picture(10 * GST_SECOND);
  CHECK(written(quiet).empty());
  REQUIRE(quiet.see_sound(10 * GST_SECOND));
  CHECK(written(quiet).empty());
}

TEST_CASE("A pause of both is preceded by the silence that was missing until then") {
  silence quiet{0};
  quiet.see_picture(0);
  quiet.see_picture(GST_SECOND);
  quiet.see_picture(10 * GST_SECOND);
  const auto times = written(quiet);
  REQUIRE_FALSE(times.empty());
  CHECK(times.back() > GST_SECOND - 2 * silence::frame);
  CHECK(times.back() <= GST_SECOND);
  quiet.see_picture(11 * GST_SECOND);
  const auto later = written(quiet);
  REQUIRE_FALSE(later.empty());
  CHECK(later.front() == 10 * GST_SECOND);
}

TEST_CASE("Sound that comes after its silence was written is dropped") {
  silence quiet{0};
  quiet.see_picture(0);
  quiet.see_picture(GST_SECOND);
  CHECK_FALSE(written(quiet).empty());
  CHECK_FALSE(quiet.see_sound(100 * GST_MSECOND));
  CHECK(quiet.see_sound(900 * GST_MSECOND));
}

TEST_CASE("Sound without a picture is left as it is") {
  silence quiet{0};
  for (GstClockTime time = 0; time < 5 * GST_SECOND; time += silence::frame) {
    REQUIRE(quiet.see_sound(time));
    CHECK(written(quiet).empty());
    quiet.wrote_sound(time);
  }
}
