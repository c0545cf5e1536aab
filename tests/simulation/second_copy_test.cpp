// A recording that only one provider has is copied to the other: once, whatever fails or dies.
#include "simulation/deployment.h"
#include "simulation/dice.h"
#include "simulation/established.h"
#include "simulation/fate.h"
#include "support/catch.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace simulation;

enum class direction : std::uint8_t { to_cloudflare, to_mux };
constexpr std::array directions{direction::to_cloudflare, direction::to_mux};

edge::environment with_copies(std::vector<std::pair<std::string, std::string>> more = {}) {
  edge::environment all = settings_with_copies();
  for (auto& [name, value] : more) {
    all.set(std::move(name), std::move(value));
  }
  return all;
}

// The copies of that stream. The other one may have copies of its own.
std::size_t videos_of(established& stream) {
  return static_cast<std::size_t>(std::ranges::count_if(
      stream.around().cloudflare().made_videos(),
      [&](const model_cloudflare::made_video& each) { return each.creator.contains(stream.id()); }));
}

std::size_t assets_of(established& stream) {
  return static_cast<std::size_t>(
      std::ranges::count_if(stream.around().mux().made_assets(), [&](const model_mux::made_asset& each) {
        return each.passthrough.contains(stream.id());
      }));
}

// A broadcast was recorded at one provider only.
class half_recorded {
public:
  explicit half_recorded(direction where, std::chrono::minutes length = std::chrono::minutes{5})
      : where_(where) {
    stream_.around().configure(with_copies());
    stream_.broadcast(length);
    if (where == direction::to_cloudflare) {
      stream_.around().cloudflare().videos().pop_back();
    } else {
      stream_.around().mux().assets().pop_back();
    }
    stream_.around().wait(length);
  }

  world& around() { return stream_.around(); }
  std::string shown() { return stream_.shown("/recordings"); }

  // An hour of runs.
  void run(const course& how = {}) {
    for (int run = 0; run < 10; ++run) {
      around().wait(std::chrono::minutes{6});
      (void)around().reconcile(how);
    }
  }

  [[nodiscard]] std::size_t copies() {
    return where_ == direction::to_cloudflare ? videos_of(stream_) : assets_of(stream_);
  }

  // As somebody does by hand.
  void delete_copy() {
    around().cloudflare().made_videos().clear();
    around().mux().made_assets().clear();
  }

  // What is wrong after everything has calmed down.
  std::string fault() {
    const std::string recordings = shown();
    if (copies() != 1) {
      return std::to_string(copies()) + " copies: " + recordings;
    }
    const bool hidden = std::ranges::all_of(around().cloudflare().made_videos(), &std::string::empty,
                                            &model_cloudflare::made_video::source);
    if (!hidden) {
      return "a signed address is left in the meta of a video";
    }
    if (!recordings.contains(R"("origin":"copy","state":"ready")")) {
      return "the copy is not shown: " + recordings;
    }
    return around().violations().empty() ? "" : around().violations().front();
  }

private:
  established stream_;
  direction where_;
};

} // namespace

TEST_CASE("A recording that only one provider has is copied to the other, once") {
  for (const direction where : directions) {
    half_recorded broadcast{where};
    broadcast.run();
    CHECK(broadcast.fault().empty());
    INFO(broadcast.shown());
    CHECK_FALSE(broadcast.shown().contains("missing"));
    broadcast.run();
    CHECK(broadcast.fault().empty());
  }
}

TEST_CASE("A copy that somebody deleted is listed no more, and is not made again") {
  for (const direction where : directions) {
    half_recorded broadcast{where};
    broadcast.run();
    CHECK(broadcast.fault().empty());
    broadcast.delete_copy();
    broadcast.run();
    CHECK(broadcast.copies() == 0);
    CHECK_FALSE(broadcast.shown().contains(R"("origin":"copy")"));
  }
}

TEST_CASE("While it is copied, its state and its progress are shown") {
  half_recorded broadcast{direction::to_cloudflare};
  std::string seen;
  for (int run = 0; run < 60 && !seen.contains(R"("origin":"copy","state":"ready")"); ++run) {
    broadcast.around().wait(std::chrono::minutes{1});
    (void)broadcast.around().reconcile();
    seen += broadcast.shown();
  }
  CHECK(seen.contains(R"("source":"cloudflare","id":null,"origin":"copy","state":"copying")"));
  CHECK(broadcast.fault().empty());
}

TEST_CASE("No copy is made while the other recording may still come, or when copies are off") {
  half_recorded early{direction::to_cloudflare};
  early.around().wait(std::chrono::minutes{1});
  (void)early.around().run_schedule();
  CHECK(early.copies() == 0);

  half_recorded off{direction::to_mux};
  off.around().configure(settings());
  off.run();
  CHECK(off.copies() == 0);
}

TEST_CASE("A recording that somebody deleted at one provider is copied back from the other") {
  for (const direction where : directions) {
    established stream;
    stream.around().configure(with_copies());
    stream.broadcast(std::chrono::minutes{5});
    const auto run = [&] {
      for (int run = 0; run < 30; ++run) {
        stream.around().wait(std::chrono::minutes{6});
        (void)stream.around().reconcile();
      }
    };
    run();
    CHECK(videos_of(stream) == 0);
    CHECK(assets_of(stream) == 0);
    if (where == direction::to_cloudflare) {
      stream.around().cloudflare().videos().pop_back();
    } else {
      stream.around().mux().assets().pop_back();
    }
    run();
    INFO(stream.shown("/recordings"));
    CHECK(videos_of(stream) == (where == direction::to_cloudflare ? 1U : 0U));
    CHECK(assets_of(stream) == (where == direction::to_mux ? 1U : 0U));
  }
}

TEST_CASE("A live recording of more than four hours is not copied from Cloudflare, and it is said why") {
  half_recorded broadcast{direction::to_mux, std::chrono::hours{5}};
  broadcast.run();
  CHECK(broadcast.copies() == 0);
  const std::string shown = broadcast.shown();
  INFO(shown);
  CHECK(shown.contains(R"("source":"mux","id":null,"origin":"copy","state":"failed")"));
  CHECK(shown.contains("of four hours or more"));
}

TEST_CASE("A copy that the provider cannot make has failed, and is not tried for ever") {
  half_recorded broadcast{direction::to_cloudflare};
  broadcast.around().cloudflare().break_copies();
  broadcast.run();
  broadcast.run();
  CHECK(broadcast.copies() == 1);
  const std::string shown = broadcast.shown();
  INFO(shown);
  CHECK(shown.contains(R"("origin":"copy","state":"failed")"));
  CHECK(shown.contains("it could not be fetched (ERR_FETCH_ORIGIN_ERROR)"));
}

TEST_CASE("No more minutes are copied in a day than the settings say") {
  half_recorded broadcast{direction::to_mux};
  broadcast.around().configure(with_copies({{"SECOND_COPY_MINUTES_PER_DAY", "4"}}));
  broadcast.run();
  CHECK(broadcast.copies() == 0);
  broadcast.around().configure(with_copies({{"SECOND_COPY_MINUTES_PER_DAY", "5"}}));
  broadcast.run();
  CHECK(broadcast.fault().empty());
}

TEST_CASE("Whichever operation of a copy fails or kills its Worker, there is one copy in the end") {
  constexpr std::array fates{fate::kills_before, fate::kills_after, fate::breaks_before,
                             fate::breaks_after, fate::fails_after, fate::garbled_after};
  for (const direction where : directions) {
    for (const fate what : fates) {
      for (std::size_t number = 1; number <= 60; ++number) {
        half_recorded broadcast{where};
        std::size_t count = 0;
        broadcast.run({.fate_of = [&](std::size_t, const std::string&) {
          return ++count == number ? what : fate::succeeds;
        }});
        broadcast.run();
        INFO(name_of(what) << " at operation " << number);
        CHECK(broadcast.fault().empty());
        if (count < number) {
          break;
        }
      }
    }
  }
}

TEST_CASE("In an hour in which everything fails now and then, one copy is made") {
  constexpr std::array fates{fate::kills_before,     fate::kills_after,        fate::breaks_before,
                             fate::times_out_before, fate::unavailable_before, fate::throttled_for_2_s,
                             fate::breaks_after,     fate::times_out_after,    fate::fails_after,
                             fate::garbled_after,    fate::empty_after};
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    for (const direction where : directions) {
      dice chance{seed};
      half_recorded broadcast{where};
      broadcast.run({.fate_of =
                         [&](std::size_t, const std::string&) {
                           return chance.below(12) == 0
                                      ? fates.at(chance.below(static_cast<std::uint32_t>(fates.size())))
                                      : fate::succeeds;
                         },
                     .survives_its_worker = [&] { return chance.below(2) == 0; }});
      broadcast.run();
      broadcast.run();
      INFO("seed " << seed);
      CHECK(broadcast.fault().empty());
    }
  }
}
