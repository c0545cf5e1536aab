// Requests for an existing stream: each operation fails, once and from then on, before and after it takes
// effect, and the Worker is killed there. Then the request is repeated, or only the schedule runs: the change
// is made once, nothing else changes, and no caller was told of a success that did not happen.
#include "json/reader.h"
#include "simulation/creation.h"
#include "simulation/established.h"
#include "support/catch.h"

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace simulation;

struct later_request {
  std::string_view name;
  std::string_view method;
  std::string (*path)(const established&);
  std::string_view body;
  // Whether the change is made at the providers and shown to the owner.
  bool (*is_done)(established&);
  // The change that records the request; empty if none does, and the request makes the change or nothing
  // does.
  std::string_view change;
  plan made_by = plan::cloudflare;
  // A broadcast of this length starts a minute before the request.
  std::chrono::seconds broadcast{60};
  bool recordings_go = false;
};

constexpr std::string_view target = R"({"url":"rtmps://other.example/app","streamKey":"key-of-another"})";

std::string itself(const established&) { return {}; }
std::string simulcast(const established&) { return "/simulcast"; }
std::string end(const established&) { return "/end"; }
std::string outputs(const established&) { return "/outputs"; }
std::string output(const established& of) { return "/outputs/" + of.output(); }
std::string rotation(const established&) { return "/credentials/rotate"; }

bool is_gone(established& of) { return of.deleted() && !of.live_input() && !of.live_stream(); }
bool is_ended(established& of) { return of.shown().contains(R"("endedAt":"2)"); }
bool is_off(established& of) { return of.shown().contains(R"("simulcastEnabled":false)"); }
bool is_on(established& of) { return of.shown().contains(R"("simulcastEnabled":true)"); }
bool is_renamed(established& of) { return of.shown().contains(R"("title":"For Grace")"); }
bool is_added(established& of) { return of.outputs_to("other.example") == 1; }
bool is_removed(established& of) { return of.outputs_to("live.example") == 0; }
bool is_switched(established& of) {
  for (const auto& each : of.live_input()->outputs) {
    if (each.id == of.output()) {
      return !each.enabled;
    }
  }
  return false;
}

// That the valid one is shown is checked for every stream.
bool is_rotated(established& of) { return of.around().store().has("fact/stream/" + of.id() + "/rotated"); }

const std::vector<later_request> later_requests{
    {"a deletion", "DELETE", itself, "", is_gone, "deleted"},
    {"a deletion with recordings", "DELETE",
     [](const established&) { return std::string{"?recordings=true"}; }, "", is_gone, "deleted",
     plan::cloudflare, std::chrono::seconds{600}, true},
    {"a deletion at Mux", "DELETE", [](const established&) { return std::string{"?recordings=true"}; }, "",
     is_gone, "deleted", plan::mux, std::chrono::seconds{60}, true},
    {"an end", "POST", end, "", is_ended, "ended"},
    {"an end during a broadcast", "POST", end, "", is_ended, "ended", plan::cloudflare,
     std::chrono::seconds{600}},
    {"an end at Mux", "POST", end, "", is_ended, "ended", plan::mux},
    {"the backup's switch", "PUT", simulcast, R"({"enabled":false})", is_off, "simulcast"},
    {"the backup's switch as it is", "PUT", simulcast, R"({"enabled":true})", is_on, "simulcast"},
    {"a new title", "PATCH", itself, R"({"title":"For Grace"})", is_renamed, "renamed"},
    {"a new output", "POST", outputs, target, is_added, ""},
    {"an output's switch", "PATCH", output, R"({"enabled":false})", is_switched, ""},
    {"an output's removal", "DELETE", output, "", is_removed, ""},
    {"new credentials", "POST", rotation, "", is_rotated, "rotated"},
    {"new credentials at Mux", "POST", rotation, "", is_rotated, "rotated", plan::mux},
};

// The ways to tell a caller that something is wrong.
const std::set<int> honest{400, 404, 413, 502, 503};

class rehearsal {
public:
  rehearsal(const later_request& what, std::string name)
      : what_(what), name_(std::move(name)), of_(what.made_by) {
    of_.broadcast(what.broadcast);
    of_.around().wait(std::chrono::seconds{61});
  }

  served ask(const course& how = {}) {
    served result = of_.ask(what_.method, what_.path(of_), std::string{what_.body}, how);
    INFO(name_ << ": " << text_of(result));
    if (!result.answer) {
      CHECK(result.killed);
      return result;
    }
    const bool succeeded = result.answer->status < 300;
    promised_ = promised_ || succeeded;
    CHECK((succeeded || honest.contains(result.answer->status)));
    // The change shows at once, or it is stored and the schedule will make it.
    const bool is_left_to_do = is_asked_for() && !of_.around().store().keys("intent/").empty();
    if (succeeded) {
      CHECK((what_.is_done(of_) || is_left_to_do));
    }
    return result;
  }

  // The owner retries until it succeeds, which is at once if nothing fails.
  void ask_again() {
    const served again = ask();
    INFO(name_ << ", again: " << text_of(again));
    REQUIRE(again.answer);
    const bool is_gone_already = of_.deleted() && again.answer->status == 404;
    CHECK((again.answer->status < 300 || is_gone_already));
    promised_ = true;
  }

  void check_in_the_end() {
    const bool asked = promised_ || is_asked_for();
    of_.reconcile_until_quiet();
    std::string amiss = text_of(of_.faults(what_.recordings_go));
    if (asked && !what_.is_done(of_)) {
      amiss += "\n- it was asked for and is not done";
    }
    if (!of_.around().store().keys("intent/").empty()) {
      amiss += "\n- something is left to be done";
    }
    INFO(name_ << ": " << amiss);
    CHECK(amiss.empty());
  }

private:
  bool is_asked_for() {
    if (what_.change.empty()) {
      return false;
    }
    const std::string kind = R"("kind":")" + std::string{what_.change} + '"';
    return std::ranges::any_of(of_.around().store().entries(), [&](const auto& each) {
      return each.first.starts_with("fact/stream/" + of_.id()) && each.second.value.contains(kind);
    });
  }

  const later_request& what_;
  std::string name_;
  established of_;
  bool promised_ = false;
};

// KV and sealing have only one way to fail.
constexpr std::array ways{fate::breaks_before, fate::breaks_after, fate::kills_before, fate::kills_after};
constexpr std::array ways_of_providers{fate::breaks_before, fate::breaks_after,      fate::kills_before,
                                       fate::kills_after,   fate::refused,           fate::garbled_after,
                                       fate::fails_after,   fate::throttled_for_2_s, fate::times_out_after};

std::span<const fate> ways_of(const std::string& step) {
  const bool is_call = step.contains("mux") || step.contains("cloudflare");
  return is_call ? std::span<const fate>{ways_of_providers} : std::span<const fate>{ways};
}

} // namespace

TEST_CASE("If nothing fails, a later request makes its change and no other") {
  for (const later_request& each : later_requests) {
    rehearsal it{each, std::string{each.name}};
    const served asked = it.ask();
    INFO(each.name << ": " << text_of(asked));
    CHECK(asked.answer->status < 300);
    it.check_in_the_end();
  }
}

TEST_CASE("Whatever fails during a later request, a retry or the schedule makes the change") {
  for (const later_request& each : later_requests) {
    const std::vector<step> steps = rehearsal{each, "to count"}.ask().steps;
    for (std::size_t number = 1; number <= steps.size(); ++number) {
      bool again = number % 2 == 0;
      for (fate what : ways_of(steps[number - 1].name)) {
        again = !again;
        rehearsal it{each, std::string{each.name} + ", operation " + std::to_string(number) + ' ' +
                               std::string{name_of(what)} + (again ? ", then again" : "")};
        // Nothing succeeds from then on; or, after a Worker was killed, other calls take effect.
        (void)it.ask(troubled(number, what, !kills(what), again));
        if (again) {
          it.ask_again();
        }
        it.check_in_the_end();
      }
    }
  }
}
