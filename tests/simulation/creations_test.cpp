// Every way to create a stream fails at every operation, once and forever, alone and in pairs, and its Worker
// dies before and after each. Then the request is repeated, or not, and the schedule runs after the grace
// period: nothing is left over, nothing exists twice, and no promised stream is lost.
#include "json/reader.h"
#include "simulation/creation.h"
#include "simulation/invariants.h"
#include "support/catch.h"

#include <array>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace simulation;

constexpr std::string_view plan_mux =
    R"({"title":"In memory of Ada","memorialId":"memorial-7","streamingMethod":"whip_browser","ingest":"mux"})";
constexpr std::string_view with_outputs =
    R"({"title":"In memory of Ada","streamingMethod":"whip_browser","ingest":"relay","outputs":[)"
    R"({"url":"rtmps://one.example.com/live","streamKey":"key-of-one-4Rt7"},)"
    R"({"url":"rtmps://two.example.com/live","streamKey":"key-of-two-9Wz2"}]})";
constexpr std::string_view by_relay =
    R"({"title":"In memory of Ada","streamingMethod":"whip_browser","ingest":"relay"})";

// Every way to create a stream except create-whip without a key, which has its own tests.
const std::map<std::string, creation>& creations() {
  static const std::string general = "/api/streams";
  static const std::string key = "a key of the client";
  static const creation for_memorial{
      .path = "/api/streams/create", .body = R"({"memorialId":"memorial-7"})", .one_for_memorial = true};
  auto with_key = [](creation what) {
    what.key = key;
    return what;
  };
  static const std::map<std::string, creation> all{
      {"by the plan mux", {.path = general, .body = std::string{plan_mux}}},
      {"by the plan mux, with a key", with_key({.path = general, .body = std::string{plan_mux}})},
      {"by the relay", {.path = general, .body = std::string{by_relay}}},
      {"create-whip with a key", with_key(create_whip())},
      {"for a memorial", for_memorial},
      {"for a memorial, with a key", with_key(for_memorial)},
      {"with outputs", {.path = general, .body = std::string{with_outputs}}},
      {"with outputs and a key", with_key({.path = general, .body = std::string{with_outputs}})},
  };
  return all;
}

bool is_one(const creation& what) { return what.one_for_memorial || !what.key.empty(); }

std::string promised_in(const served& result) {
  if (!result.answer || result.answer->status >= 300) {
    return {};
  }
  const auto body = json::document::parse(result.answer->body);
  if (!body) {
    return {};
  }
  auto id = body->root()["streamId"].text();
  if (!id) {
    id = body->root()["stream"]["id"].text();
  }
  return std::string{id.value_or("")};
}

std::size_t count_outputs_of_owner(const world& around) {
  std::size_t count = 0;
  for (const auto& input : around.cloudflare().live_inputs()) {
    for (const auto& output : input.outputs) {
      count += output.url.contains("example.com") ? 1 : 0;
    }
  }
  return count;
}

std::size_t count_of(std::string_view what, std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) {
    ++count;
  }
  return count;
}

// Every requested output exists, or its owner was told that it does not.
void check_outputs(const world& around, const creation& what, const served& result) {
  if (promised_in(result).empty() || !around.store().keys("intent/").empty()) {
    return;
  }
  if (around.store().keys("stream/").size() != 1) {
    return;
  }
  CHECK(count_outputs_of_owner(around) + count_of("output_not_attached", result.answer->body) ==
        count_of("example.com", what.body));
}

// A world in which something goes wrong during a creation.
struct accident {
  accident(std::string its_name, const creation& wanted, const course& how)
      : name(std::move(its_name)), what(wanted), around{7, {}, settings()} {
    first = send(how);
    check_outputs(around, what, first);
  }

  served send(const course& how = {}) {
    served result = around.serve(create_request(around, what), what.body, how);
    // Something from the earlier failure may still be left.
    served all = result;
    all.steps.insert(all.steps.end(), earlier.begin(), earlier.end());
    earlier = all.steps;
    check_at_rest(around, all);
    check_honest(around, name, result);
    return result;
  }

  // Repeats the request while another is in progress, as a client that is told so would.
  served again() {
    served next = send();
    if (next.answer && next.answer->status == 409) {
      CHECK(next.answer->headers.find("retry-after"));
      around.wait(std::chrono::seconds{60});
      next = send();
    }
    INFO(name << ", and again: " << text_of(next));
    CHECK(!promised_in(next).empty());
    return next;
  }

  void check_kept(const served& promise) {
    const std::string id = promised_in(promise);
    INFO(name << ": " << text_of(promise));
    if (!id.empty()) {
      CHECK(around.store().has("stream/" + id));
    }
  }

  std::string name;
  const creation& what;
  world around;
  std::vector<step> earlier;
  served first;
};

// Only the schedule comes back to it.
void leave(const std::string& name, const creation& what, const course& how) {
  accident left{name, what, how};
  reconcile_later(left.around, name);
  left.check_kept(left.first);
}

// Repeats the request at once, and again after the schedule has run.
void repeat(const std::string& name, const creation& what, const course& how) {
  accident repeated{name, what, how};
  const served second = repeated.again();
  reconcile_later(repeated.around, name + ", and again");
  repeated.check_kept(repeated.first);
  repeated.check_kept(second);
  if (!is_one(what)) {
    return;
  }
  const served third = repeated.again();
  INFO(name << ": " << text_of(repeated.first) << text_of(second) << text_of(third));
  CHECK(promised_in(third) == promised_in(second));
  if (!promised_in(repeated.first).empty()) {
    CHECK(promised_in(repeated.first) == promised_in(second));
  }
  CHECK(repeated.around.store().keys("stream/").size() == 1);
  CHECK(repeated.around.mux().live_streams().size() == 1);
  CHECK(repeated.around.cloudflare().live_inputs().size() <= 1);
}

using trial = std::function<void(const std::string& name, const creation& what, const course& how)>;

void at_each_operation(const trial& carry_out, const std::function<course(std::size_t, fate)>& course_of,
                       std::span<const fate> fates) {
  for (const auto& [name, what] : creations()) {
    for (std::size_t number = 1; number <= count_operations(what); ++number) {
      for (fate each : fates) {
        carry_out(std::string{name}
                      .append(", operation ")
                      .append(std::to_string(number))
                      .append(" ")
                      .append(name_of(each)),
                  what, course_of(number, each));
      }
    }
  }
}

course two_failing(std::size_t first, fate what, std::size_t second, fate then) {
  course how;
  how.fate_of = [=](std::size_t at, const std::string&) {
    return at == first ? what : at == second ? then : fate::succeeds;
  };
  return how;
}

course killed_while_others_go_on(std::size_t number, fate what) {
  course how = failing(number, what);
  how.survives_its_worker = [] { return true; };
  return how;
}

constexpr std::array deaths{fate::kills_before, fate::kills_after};
constexpr std::array late_death{fate::kills_after};
constexpr std::array some_failures{fate::breaks_after, fate::refused, fate::unavailable_before};
constexpr std::array lost_answers{fate::breaks_after};

} // namespace

TEST_CASE("If nothing fails, every way to create makes one stream and leaves no intent") {
  for (const auto& [name, what] : creations()) {
    accident none{name, what, {}};
    INFO(name << ": " << text_of(none.first));
    CHECK(none.first.answer->status == 201);
    CHECK(none.around.store().keys("intent/").empty());
    CHECK(none.around.store().keys("stream/").size() == 1);
    CHECK(none.around.mux().live_streams().size() == 1);
    CHECK(count_outputs_of_owner(none.around) == count_of("example.com", what.body));
  }
}

TEST_CASE("After any operation of any creation fails, the schedule leaves nothing half-made") {
  at_each_operation(leave, failing, some_failures);
  at_each_operation(leave, failing_from, lost_answers);
}

TEST_CASE("A creation with any failure can be repeated, and one key makes one stream") {
  at_each_operation(repeat, failing, lost_answers);
  at_each_operation(repeat, failing_from, lost_answers);
}

TEST_CASE("After any two operations of any creation fail, the schedule leaves nothing half-made") {
  for (const char* name : {"for a memorial", "with outputs"}) {
    const creation& what = creations().at(name);
    for (std::size_t number = 1; number <= count_operations(what); ++number) {
      const course first = failing(number, fate::breaks_after);
      const std::size_t count = hold("the first alone", first, what).steps.size();
      for (std::size_t second = number + 1; second <= count; ++second) {
        leave(std::string{name}
                  .append(", operations ")
                  .append(std::to_string(number))
                  .append(" and ")
                  .append(std::to_string(second)),
              what, two_failing(number, fate::breaks_after, second, fate::breaks_after));
      }
    }
  }
}

TEST_CASE(
    "After a Worker is killed at any operation of any creation, the schedule leaves nothing half-made") {
  at_each_operation(leave, failing, late_death);
  at_each_operation(leave, killed_while_others_go_on, late_death);
}

TEST_CASE("A creation whose Worker was killed can be repeated, and one key makes one stream") {
  at_each_operation(repeat, failing, deaths);
  at_each_operation(repeat, killed_while_others_go_on, late_death);
}

TEST_CASE("A creation that continues an interrupted one may be killed as well") {
  for (const char* name : {"for a memorial, with a key", "with outputs and a key"}) {
    const creation& what = creations().at(name);
    const std::size_t count = count_operations(what);
    for (std::size_t number = 1; number <= count; ++number) {
      for (std::size_t second = 1; second <= count; second += 2) {
        accident twice{std::string{name}.append(", killed at ").append(std::to_string(number)), what,
                       failing(number, fate::kills_after)};
        twice.around.wait(std::chrono::seconds{60});
        (void)twice.send(failing(second, fate::kills_after));
        const served last = twice.again();
        reconcile_later(twice.around, twice.name + ", then at " + std::to_string(second));
        INFO(twice.name << ", then at " << second << ": " << text_of(last));
        CHECK(twice.around.store().keys("stream/").size() == 1);
        twice.check_kept(last);
      }
    }
  }
}
