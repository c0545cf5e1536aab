// Thousands of creations with random failures, delays, completion orders and Worker deaths. One number seeds
// each run: WHIPMUX_SEED replays a single one.
#include "json/reader.h"
#include "simulation/creation.h"
#include "support/catch.h"

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace {

using namespace simulation;

constexpr std::uint64_t seeds = 2500;

std::optional<std::uint64_t> seed_to_replay() {
  const char* const text = std::getenv("WHIPMUX_SEED"); // NOLINT(concurrency-mt-unsafe): one thread
  if (text == nullptr) {
    return std::nullopt;
  }
  const std::string_view digits{text};
  std::uint64_t seed = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), seed);
  INFO("WHIPMUX_SEED must be a number: " << digits);
  REQUIRE((fault == std::errc{} && end == digits.data() + digits.size()));
  return seed;
}

// How bad the day is: one in so many operations fails, and in some runs one in so many kills the Worker.
course chaos(dice& chance) {
  const std::uint32_t failing = 2U << chance.below(5);
  const std::uint32_t killing = chance.one_in(3) ? 8U << chance.below(3) : 0;
  const bool slow = chance.one_in(3);
  course how;
  how.fate_of = [&chance, failing, killing](std::size_t, const std::string&) {
    if (killing != 0 && chance.one_in(killing)) {
      return chance.one_in(2) ? fate::kills_before : fate::kills_after;
    }
    return chance.one_in(failing) ? failures[chance.below(failures.size())] : fate::succeeds;
  };
  how.latency = [&chance, slow] {
    return edge::milliseconds{slow && chance.one_in(4) ? chance.below(12'000) : 5 + chance.below(300)};
  };
  how.survives_its_worker = [&chance] { return chance.one_in(2); };
  return how;
}

std::string kind_of(const served& result, const world& around) {
  if (result.killed) {
    return "killed";
  }
  std::string kind = std::to_string(result.answer->status);
  if (kind == "201" && result.answer->body.contains("\"simulcastEnabled\":false")) {
    kind += " without backup";
  }
  if (!around.store().keys("intent/").empty()) {
    kind += ", to be cleared away";
  }
  return kind;
}

edge::request read_request(world& around, std::string_view path) {
  edge::request request = create_request(around);
  request.method = "GET";
  request.url = "https://whip.example" + std::string{path};
  return request;
}

// A promised stream can be read and listed by its owner, with the publish URL it was created with.
void check_readable(world& around, const served& made) {
  const auto promised = json::document::parse(made.answer->body);
  REQUIRE(promised);
  const std::string id{promised->root()["stream"]["id"].text().value_or("")};
  const served read = around.serve(read_request(around, "/api/streams/" + id), "");
  const auto shown = json::document::parse(read.answer->body);
  REQUIRE(shown);
  CHECK(shown->root()["whipUrl"].text() == promised->root()["stream"]["whipUrl"].text());
  const served listed = around.serve(read_request(around, "/api/streams?limit=100"), "");
  CHECK(listed.answer->body.contains("\"id\":\"" + id + '"'));
}

// One run: an existing stream, a creation on a bad day, and a creation on the good day after it.
struct run {
  explicit run(std::uint64_t seed) : around{seed} {
    if (around.chance().one_in(2)) {
      (void)create(around);
    }
    bad_day = create(around, chaos(around.chance()));
    kind = kind_of(bad_day, around);
  }

  world around;
  served bad_day;
  std::string kind;
};

std::string trace(const run& of) { return text_of(of.bad_day) + text_of(of.around.violations()); }

} // namespace

TEST_CASE(
    "Whatever fails in whatever order, an intent names everything left over, and no secret is revealed") {
  const std::optional<std::uint64_t> replayed = seed_to_replay();
  std::map<std::string, int> kinds;
  for (std::uint64_t seed = replayed.value_or(1); seed <= replayed.value_or(seeds); ++seed) {
    run each{seed};
    INFO("WHIPMUX_SEED=" << seed << " replays it");
    if (!each.around.violations().empty()) {
      FAIL(trace(each));
    }
    ++kinds[each.kind];
    if (!each.bad_day.killed && each.bad_day.answer->status == 201) {
      check_readable(each.around, each.bad_day);
    }
    const served next = each.around.serve(create_request(each.around), std::string{wanted_stream});
    REQUIRE(next.answer);
    CHECK(next.answer->status == 201);
  }
  if (replayed) {
    return;
  }
  // Every possible outcome of a creation occurred.
  for (const char* kind : {"201", "201 without backup", "201 without backup, to be cleared away", "502",
                           "502, to be cleared away", "503", "503, to be cleared away", "killed"}) {
    INFO(kind);
    CHECK(kinds[kind] > 0);
  }
}

TEST_CASE("The same seed replays the same run") {
  for (std::uint64_t seed : {3U, 77U, 4711U, 123'456U}) {
    CHECK(trace(run{seed}) == trace(run{seed}));
  }
  CHECK(trace(run{3}) != trace(run{4}));
}
