// A recording that its owner deletes is gone for good, whatever fails or dies, whatever comes late, and
// although the other provider has a copy of it.
#include "simulation/deployment.h"
#include "simulation/established.h"
#include "simulation/fate.h"
#include "simulation/places.h"
#include "support/catch.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace simulation;

// The other stream may have copies of its own.
bool has_copies(established& of) {
  return std::ranges::any_of(of.around().cloudflare().made_videos(),
                             [&](const auto& each) { return each.creator.contains(of.id()); }) ||
         std::ranges::any_of(of.around().mux().made_assets(),
                             [&](const auto& each) { return each.passthrough.contains(of.id()); });
}

// A broadcast that both providers have recorded.
class twice_recorded {
public:
  explicit twice_recorded(const place& where) : where_(where) {
    stream_.around().configure(settings_with_copies());
    stream_.broadcast(std::chrono::minutes{5});
    stream_.around().wait(std::chrono::minutes{5});
    run(2);
  }

  established& stream() { return stream_; }
  world& around() { return stream_.around(); }
  std::string shown() { return stream_.shown("/recordings"); }
  served remove(const course& how = {}) {
    return stream_.ask("DELETE", "/recordings/" + std::string{where_.id}, "", how);
  }

  // An hour of runs, six minutes each.
  void run(int times = 10, const course& how = {}) {
    for (int each = 0; each < times; ++each) {
      around().wait(std::chrono::minutes{6});
      (void)around().reconcile(how);
    }
  }

  [[nodiscard]] bool is_asked_for() {
    return !around().store().keys("fact/stream/" + stream_.id() + "/removed").empty();
  }

  // What is wrong after everything has calmed down, and it was asked for.
  std::string fault() {
    const std::string recordings = shown();
    const auto has = [&](const place& each) { return recordings.contains(each.id); };
    if (has(where_) || !has(where_.id == places[0].id ? places[1] : places[0])) {
      return "not the other recording alone is shown: " + recordings;
    }
    if (recordings.contains("copy") || has_copies(stream_)) {
      return "it was copied back: " + recordings;
    }
    if (stream_.recordings() != 1) {
      return "recordings that are left: " + std::to_string(stream_.recordings());
    }
    if (!around().store().keys("intent/").empty()) {
      return "something is left to be done";
    }
    if (stream_.shown().contains("recording_deleted")) {
      return "the owner is warned of the deletion: " + stream_.shown();
    }
    return around().violations().empty() ? "none" : around().violations().front();
  }

private:
  const place& where_;
  established stream_;
};

} // namespace

TEST_CASE("A recording is deleted at its provider alone, and is not copied back from the other") {
  for (const place& where : places) {
    twice_recorded broadcast{where};
    CHECK(status_of(broadcast.remove()) == 204);
    INFO(where.source << ": " << broadcast.shown());
    CHECK_FALSE(broadcast.shown().contains(where.id));
    broadcast.run(30);
    CHECK(broadcast.fault() == "none");
    CHECK(status_of(broadcast.remove()) == 404);
  }
}

TEST_CASE("With both recordings deleted, nothing is left of the broadcast") {
  twice_recorded broadcast{places[0]};
  for (const place& each : places) {
    CHECK(status_of(broadcast.stream().ask("DELETE", "/recordings/" + std::string{each.id})) == 204);
  }
  broadcast.run();
  CHECK(broadcast.stream().recordings() == 0);
  INFO(broadcast.shown());
  CHECK(broadcast.shown().contains(R"("broadcasts":[])"));
}

TEST_CASE("Whichever operation of a deletion fails or kills its Worker, it is completed") {
  constexpr std::array fates{fate::kills_before, fate::kills_after,   fate::breaks_before, fate::breaks_after,
                             fate::fails_after,  fate::garbled_after, fate::refused};
  for (const place& where : places) {
    for (const fate what : fates) {
      for (std::size_t number = 1; number <= 40; ++number) {
        twice_recorded broadcast{where};
        const served asked = broadcast.remove(troubled(number, what, !kills(what)));
        const bool promised = status_of(asked) == 204;
        // Without the intent nothing has happened, and somebody has to ask again.
        if (!promised && !broadcast.is_asked_for()) {
          CHECK(broadcast.stream().recordings() == 2);
          CHECK(status_of(broadcast.remove()) == 204);
        }
        broadcast.run();
        INFO(where.source << ": " << name_of(what) << " at operation " << number);
        CHECK(broadcast.fault() == "none");
        if (asked.steps.size() < number) {
          break;
        }
      }
    }
  }
}

TEST_CASE("The same request again finishes a deletion that its provider refused") {
  for (const place& where : places) {
    twice_recorded broadcast{where};
    course refusing;
    refusing.fate_of = [](std::size_t, const std::string& name) {
      return name.starts_with("DELETE ") ? fate::unavailable_before : fate::succeeds;
    };
    CHECK(status_of(broadcast.remove(refusing)) == 502);
    CHECK_FALSE(broadcast.shown().contains(where.id));
    CHECK(broadcast.stream().recordings() == 2);
    CHECK(status_of(broadcast.remove()) == 204);
    CHECK(broadcast.stream().recordings() == 1);
    broadcast.run();
    CHECK(broadcast.fault() == "none");
  }
}

TEST_CASE("A recording of which the source goes before its copy is known leaves no copy behind") {
  constexpr place source{"mux", "assetOfTheBroadcast0"};
  // After each step of the copy, of which the first makes its intent.
  for (int steps = 1; steps <= 6; ++steps) {
    established stream;
    stream.around().configure(settings_with_copies());
    stream.broadcast(std::chrono::minutes{5});
    stream.around().cloudflare().videos().pop_back();
    stream.around().wait(std::chrono::minutes{5});
    course forgetting;
    forgetting.fate_of = [](std::size_t, const std::string& name) {
      return name == "POST cloudflare video" ? fate::kills_after : fate::succeeds;
    };
    for (int step = 0;
         step < 10 && stream.around().store().keys("fact/stream/" + stream.id() + "/transfer").empty();
         ++step) {
      stream.around().wait(std::chrono::minutes{6});
      (void)stream.around().reconcile(forgetting);
    }
    for (int step = 1; step < steps; ++step) {
      (void)stream.around().let_pass(std::chrono::seconds{20}, forgetting);
    }
    const served gone = stream.ask("DELETE", "/recordings/" + std::string{source.id});
    CHECK(status_of(gone) == 204);
    const std::string shown = stream.shown("/recordings");
    const bool is_known = shown.contains(R"("origin":"copy")");
    for (int run = 0; run < 20; ++run) {
      stream.around().wait(std::chrono::minutes{6});
      (void)stream.around().reconcile();
    }
    INFO("after " << steps << " steps: " << stream.shown("/recordings"));
    CHECK(has_copies(stream) == is_known);
    CHECK(stream.around().mux().assets().empty());
  }
}

TEST_CASE("A deletion of the stream that keeps its recordings completes the deletion of one") {
  for (const place& where : places) {
    twice_recorded broadcast{where};
    course refusing;
    refusing.fate_of = [](std::size_t, const std::string& name) {
      return name.starts_with("DELETE ") ? fate::unavailable_before : fate::succeeds;
    };
    CHECK(status_of(broadcast.remove(refusing)) == 502);
    CHECK(status_of(broadcast.stream().ask("DELETE", "")) == 200);
    CHECK(broadcast.stream().recordings() == 1);
  }
}
