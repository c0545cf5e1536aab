// A run of the schedule that has every kind of work to do fails or is killed at each operation. Later runs
// end in the same state as if nothing had happened.
#include "json/reader.h"
#include "simulation/creation.h"
#include "simulation/established.h"
#include "support/catch.h"

#include <array>
#include <map>
#include <string>

namespace {

using namespace simulation;

course killed_at(std::string step, bool after) {
  course how;
  how.fate_of = [step = std::move(step), after](std::size_t, const std::string& name) {
    return name == step ? (after ? fate::kills_after : fate::kills_before) : fate::succeeds;
  };
  return how;
}

course without(std::string step) {
  course how;
  how.fate_of = [step = std::move(step)](std::size_t, const std::string& name) {
    return name == step ? fate::refused : fate::succeeds;
  };
  return how;
}

// Streams whose requests were all interrupted.
class aftermath {
public:
  aftermath() {
    for (const char* name : {"deleted", "ended", "switched", "rotated", "recorded"}) {
      ids_[name] = make_stream(around_, plan::cloudflare);
    }
    ids_["without backup"] = make_stream(around_, plan::cloudflare, without("POST mux"));
    (void)make_stream(around_, plan::cloudflare, killed_at("POST cloudflare/…/outputs", true));
    REQUIRE(around_.store().keys("intent/").size() == 1);
    REQUIRE(around_.cloudflare().live_inputs().size() == ids_.size() + 1);
    broadcast(4);
    around_.wait(std::chrono::minutes{10});
    cut("DELETE", "deleted", "?recordings=true", {}, "DELETE cloudflare/…", true);
    cut("POST", "ended", "/end", {}, "POST cloudflare/…", false);
    cut("PUT", "switched", "/simulcast", R"({"enabled":false})", "PUT cloudflare/…/outputs/…", false);
    cut("POST", "rotated", "/credentials/rotate", {}, "POST cloudflare/…", true);
    around_.wait(std::chrono::minutes{10});
  }

  served reconcile(const course& how = {}) { return around_.reconcile(how); }

  // The final state of each stream, and of everything that exists.
  std::string in_the_end() {
    for (int run = 0; run < 3; ++run) {
      around_.wait(std::chrono::minutes{16});
      (void)around_.reconcile();
    }
    std::string text = text_of(around_.violations());
    for (const auto& [name, id] : ids_) {
      text += name + ": " + told_of(id) + '\n';
    }
    text += std::to_string(around_.cloudflare().live_inputs().size()) + " live inputs, " +
            std::to_string(around_.mux().live_streams().size()) + " live streams, " +
            std::to_string(around_.cloudflare().videos().size()) + " videos, " +
            std::to_string(around_.mux().assets().size()) + " assets, " +
            std::to_string(around_.store().keys("intent/").size()) + " intents";
    for (const auto& each : around_.cloudflare().live_inputs()) {
      text += each.enabled ? "\nopen" : "\nclosed";
      for (const auto& output : each.outputs) {
        text += output.enabled ? " on" : " off";
      }
    }
    return text;
  }

private:
  void broadcast(std::size_t which) {
    const edge::timestamp now = around_.now();
    around_.cloudflare().broadcast({.id = "0123456789abcdef0123456789abcdef",
                                    .live_input_id = around_.cloudflare().live_inputs()[which].id,
                                    .begun = now,
                                    .ended = now + std::chrono::minutes{5}});
    around_.mux().broadcast({.id = "asset",
                             .live_stream_id = around_.mux().live_streams()[which].id,
                             .playback_id = "playback",
                             .begun = now,
                             .ended = now + std::chrono::minutes{5}});
  }

  void cut(std::string_view method, const std::string& name, const std::string& path, const std::string& body,
           const std::string& step, bool after) {
    const served result = ask(around_, method, ids_[name] + path, body, killed_at(step, after));
    INFO(name << ": " << text_of(result));
    REQUIRE(result.killed);
  }

  std::string told_of(const std::string& id) {
    const served read = ask(around_, "GET", id);
    const auto body = json::document::parse(read.answer->body);
    if (read.answer->status != 200 || !body) {
      return std::to_string(read.answer->status);
    }
    const json::value stream = body->root();
    const auto& inputs = around_.cloudflare().live_inputs();
    const bool holds = std::ranges::contains(inputs, stream["streamKey"].text().value_or(""),
                                             &model_cloudflare::live_input::rtmps_key);
    auto has = [&](const char* source) {
      return stream["recordingSources"][source]["available"].boolean() == true ? "yes" : "no";
    };
    return std::string{stream["status"].text().value_or("")} + (holds ? "" : ", key dead") +
           (stream["endedAt"].text() ? ", ended" : "") +
           (stream["simulcastEnabled"].boolean() == true ? ", backup" : ", no backup") + ", recorded " +
           has("cloudflare") + ' ' + has("mux");
  }

  world around_{7};
  std::map<std::string, std::string> ids_;
};

const std::string wanted_end = "deleted: 404\n"
                               "ended: completed, ended, no backup, recorded no no\n"
                               "recorded: completed, backup, recorded yes yes\n"
                               "rotated: ready, backup, recorded no no\n"
                               "switched: ready, no backup, recorded no no\n"
                               "without backup: ready, backup, recorded no no\n"
                               "5 live inputs, 5 live streams, 1 videos, 1 assets, 0 intents\n"
                               "closed off\nopen off\nopen on\nopen on\nopen on";

} // namespace

TEST_CASE("The schedule finishes all unfinished work") { CHECK(aftermath{}.in_the_end() == wanted_end); }

TEST_CASE("After any failure or kill in a run of the schedule, later runs reach the same state") {
  const std::size_t count = aftermath{}.reconcile().steps.size();
  CHECK(count > 60);
  constexpr std::array ways{fate::kills_before, fate::kills_after, fate::breaks_after};
  for (std::size_t number = 1; number <= count; ++number) {
    aftermath world;
    const served run = world.reconcile(failing(number, ways[number % ways.size()]));
    INFO(text_of(run));
    CHECK(world.in_the_end() == wanted_end);
  }
}
