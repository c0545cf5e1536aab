// Every operation of create-whip fails, in every way, once and forever, and the Worker dies before and after
// each: what is left is what the response says, or can be found.
#include "simulation/creation.h"
#include "support/catch.h"

#include <chrono>
#include <set>
#include <string>
#include <string_view>

namespace {

using namespace simulation;

// The names of all steps of a creation, including steps taken only after another has failed.
std::set<std::string> all_steps() {
  std::set<std::string> names;
  for (std::size_t number = 1; number <= count_operations(); ++number) {
    for (fate what : {fate::breaks_after, fate::refused}) {
      for (const course& how : {failing(number, what), failing_from(number, what)}) {
        for (const step& each : hold("to find its steps", how).steps) {
          names.insert(each.name);
        }
      }
    }
  }
  const std::set<std::string> store_fails{"kv_put stream/", "POST cloudflare/…/outputs"};
  for (const step& each : hold("to find its steps", failing_always(store_fails, fate::breaks_after)).steps) {
    names.insert(each.name);
  }
  return names;
}

} // namespace

TEST_CASE("If nothing fails, a stream is created at both providers and no intent is left") {
  world around{7};
  const served result = create(around);
  INFO(text_of(result) << text_of(around.violations()));
  REQUIRE(result.answer);
  CHECK(result.answer->status == 201);
  CHECK(around.violations().empty());
  CHECK(around.cloudflare().live_inputs().size() == 1);
  CHECK(around.mux().live_streams().size() == 1);
  CHECK(around.store().keys("intent/").empty());
  CHECK(around.store().keys("stream/").size() == 1);
  CHECK(around.store().keys("by-memorial/memorial-7/").size() == 1);
}

TEST_CASE("After any operation of a creation fails once in any way, an intent names everything left over") {
  for (std::size_t number = 1; number <= count_operations(); ++number) {
    for (fate what : failures) {
      (void)hold("operation " + std::to_string(number) + ' ' + std::string{name_of(what)},
                 failing(number, what));
    }
  }
}

TEST_CASE("If everything fails from any operation on, an intent names everything left over") {
  for (std::size_t number = 1; number <= count_operations(); ++number) {
    for (fate what : failures) {
      (void)hold("from operation " + std::to_string(number) + " on", failing_from(number, what));
    }
  }
}

TEST_CASE("If any one or two steps fail forever, an intent names everything left over") {
  const std::set<std::string> steps = all_steps();
  for (const std::string& first : steps) {
    for (const std::string& second : steps) {
      for (fate what : {fate::breaks_before, fate::breaks_after, fate::refused, fate::throttled_for_2_s}) {
        if (first <= second) {
          (void)hold(std::string{"for ever: "}.append(first).append(" and ").append(second),
                     failing_always({first, second}, what));
        }
      }
    }
  }
}

TEST_CASE("An intent names a half-written record that cannot be removed") {
  (void)hold("record", failing_always({"kv_put by-user/", "kv_remove stream/"}, fate::breaks_before));
}

TEST_CASE("After any two operations of a creation fail, an intent names everything left over") {
  for (std::size_t number = 1; number <= count_operations(); ++number) {
    for (fate first : {fate::breaks_after, fate::refused, fate::unavailable_before}) {
      const std::size_t count = hold("the first alone", failing(number, first)).steps.size();
      for (std::size_t second = number + 1; second <= count; ++second) {
        for (fate what : {fate::breaks_before, fate::breaks_after, fate::refused}) {
          course how;
          how.fate_of = [=](std::size_t at, const std::string&) {
            return at == number ? first : at == second ? what : fate::succeeds;
          };
          (void)hold("operations " + std::to_string(number) + " and " + std::to_string(second), how);
        }
      }
    }
  }
}

TEST_CASE("After a Worker is killed before or after any operation, an intent names everything left over") {
  for (std::size_t number = 1; number <= count_operations(); ++number) {
    for (fate what : {fate::kills_before, fate::kills_after}) {
      for (bool others_take_effect : {false, true}) {
        course how = failing(number, what);
        how.survives_its_worker = [=] { return others_take_effect; };
        (void)hold("killed at operation " + std::to_string(number), how);
      }
    }
  }
}

TEST_CASE("A call that takes effect after its timeout leaves nothing, and nothing twice") {
  for (std::size_t number = 1; number <= count_operations(); ++number) {
    world around{7, {}, settings()};
    const served result = create(around, failing(number, fate::late));
    const std::string name = "late at operation " + std::to_string(number);
    check_honest(around, name, result);
    around.wait(std::chrono::minutes{1});
    around.settle_late_calls();
    reconcile_later(around, name);
  }
}

TEST_CASE("After a Worker is killed during cleanup, an intent names everything left over") {
  for (std::size_t number = 1; number <= count_operations(); ++number) {
    const std::size_t count = hold("not killed", failing_from(number, fate::breaks_after)).steps.size();
    for (std::size_t last = number; last <= count; ++last) {
      course how;
      how.fate_of = [=](std::size_t at, const std::string& name) {
        if (at == last) {
          return fate::kills_after;
        }
        bool undoes = name.starts_with("DELETE") || name.starts_with("kv_remove") || name.starts_with("GET");
        return at >= number && !undoes ? fate::breaks_after : fate::succeeds;
      };
      (void)hold("failing from " + std::to_string(number) + ", killed at " + std::to_string(last), how);
    }
  }
}

TEST_CASE("A single failure of an operation that can be retried does not prevent a creation") {
  for (std::size_t number = 1; number <= count_operations(); ++number) {
    for (fate what : {fate::unavailable_before, fate::breaks_before, fate::breaks_after,
                      fate::times_out_after, fate::throttled_for_2_s}) {
      const served result = hold("once", failing(number, what));
      const std::string& step = result.steps.at(number - 1).name;
      // The body arrives once, reads are not repeated, and sealing fails permanently or not at all.
      if (step == "read_body" || step.starts_with("kv_get") || step == "seal") {
        continue;
      }
      INFO(step << ' ' << name_of(what) << ": " << text_of(result));
      REQUIRE(result.answer);
      CHECK(result.answer->status == 201);
    }
  }
}
