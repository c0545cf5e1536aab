// streams::set_due: what wakes the core for a stream.
#include "streams/model/stream_id.h"
#include "streams/store/due.h"
#include "support/catch.h"
#include "support/scripted_store.h"

#include <chrono>
#include <string>
#include <utility>

namespace due_test {

namespace {

using namespace std::chrono_literals;
using edge::operation::wake;
using streams::due;
using support::scripted_host;

constexpr edge::timestamp now = scripted_host::start;
const std::string id = streams::make_stream_id(now, "0123456789");

edge::environment rooms() {
  edge::environment all;
  all.set("ROOMS", std::string{edge::environment::bound});
  return all;
}

} // namespace

TEST_CASE("A room wakes the core not before the time, rounded up to a millisecond") {
  const wake at = streams::wake_for(id, due::check, now + 1us, "memory");
  CHECK((at.name == id && at.what == "check" && at.memory == "memory"));
  CHECK(at.at == edge::to_microseconds(now) / 1000 + 1);
  CHECK(streams::wake_for(id, due::work, now).what == "work");
  CHECK(streams::wake_for(id, due::copies, now).what == "copies");
}

TEST_CASE(
    "Only a stream has a room, and only where there are rooms; one that does not answer is no failure") {
  scripted_host with{rooms()};
  with.next<wake>(std::monostate{});
  CHECK(with.run(streams::set_due(with.host(), id, due::work, now)));
  CHECK(with.asked<wake>().size() == 1);
  CHECK(with.run(streams::set_due(with.host(), "0f1e2d3c4b5a69788796a5b4c3d2e1f0", due::work, now)));
  CHECK(with.asked<wake>().size() == 1);
  support::fails<wake>(with);
  CHECK(with.run(streams::set_due(with.host(), id, due::work, now)));
  scripted_host without;
  CHECK(without.run(streams::set_due(without.host(), id, due::work, now)));
  CHECK(without.asked().empty());
}

} // namespace due_test
