// A trial: people use the service for hours while everything goes wrong that can; then it calms down. In some
// trials they use two deployments on the same accounts.
#include "simulation/deployment.h"
#include "simulation/invariants.h"
#include "simulation/swarm_people.h"
#include "simulation/swarm_rest.h"
#include "simulation/swarm_stage.h"
#include "simulation/swarm_trial.h"
#include "simulation/swarm_weather.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace simulation {

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::uint32_t fewest_steps = 20;
constexpr std::uint32_t steps_more = 40;
constexpr std::uint32_t most_at_once = 3;
constexpr std::uint32_t trials_for_two_deployments = 3;
// In these the swarm comes to rest: a WHIP session of which no provider tells is live for twelve hours.
constexpr hours longest_unrest{14};

edge::environment settings_of_trial(dice& chance, const own_settings& own) {
  edge::environment all = chance.one_in(2) ? settings_with_copies(true, own) : settings(true, own);
  add_signing_keys(all);
  if (chance.one_in(2)) {
    add_receiver(all);
  }
  if (chance.one_in(2)) {
    add_rooms(all);
  }
  return all;
}

std::string time_since(edge::timestamp begin, edge::timestamp now) {
  const auto since = std::chrono::floor<seconds>(now - begin);
  const auto two = [](auto number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return two(since / hours{1}) + ":" + two(since % hours{1} / minutes{1}) + ":" +
         two(since % minutes{1} / seconds{1});
}

std::string outcome_of(const served& what) {
  if (what.killed) {
    return "its Worker died";
  }
  return what.answer ? std::to_string(what.answer->status) : "no answer";
}

class swarm {
public:
  explicit swarm(const swarm_trial& what) : ledger_(what) {
    add_tenant("", first_deployment);
    if (deployments_ > 1) {
      own_settings own = second_deployment;
      own.name = have_same_name_ ? first_deployment.name : own.name;
      add_tenant("other-", own);
    }
    weather_.set_clocks();
  }

  swarm_outcome run() {
    const std::uint32_t steps = fewest_steps + chance_.below(steps_more);
    for (std::uint32_t step = 0; step < steps && around_.violations().empty(); ++step) {
      act(std::to_string(step));
    }
    if (around_.violations().empty()) {
      calm_down();
    }
    ledger_.outcome.violations = around_.violations();
    ledger_.outcome.simulated = std::chrono::floor<edge::milliseconds>(around_.now() - begin_);
    return std::move(ledger_.outcome);
  }

private:
  // A deployment and the people who use it. What happens there has names that begin with this.
  struct tenant {
    std::size_t number;
    std::string name;
    swarm_people people;
    edge::timestamp next_schedule;
    std::size_t schedules = 0;
    std::size_t alarms = 0;
  };

  // What is served together, and what to do with each answer.
  struct crowd {
    std::vector<arrival> arrivals;
    std::vector<std::function<void(const served&)>> then;
    std::vector<std::string> names;
  };

  void add_tenant(const std::string& name, const own_settings& own) {
    dice chance = ledger_.drawn(name + "settings");
    around_.visit(tenants_.size());
    around_.configure(settings_of_trial(chance, own));
    around_.store().spread();
    tenants_.emplace_back(around_.deployment(), name, swarm_people{around_, stage_}, begin_);
  }

  void act(const std::string& step) {
    dice chance = ledger_.drawn("step-" + step);
    weather_.turn(step);
    pass(gap(chance), step);
    crowd all;
    const std::uint32_t many = chance.one_in(3) ? 1 + chance.below(most_at_once) : 1;
    for (std::uint32_t each = 0; each < many; ++each) {
      const std::string name = step + "." + std::to_string(each);
      dice own = ledger_.drawn(name + " act");
      if (ledger_.happens(name)) {
        add_act(all, name, own);
      }
    }
    add_deliveries(all, around_.now() + seconds{2});
    serve(all);
  }

  static edge::milliseconds gap(dice& chance) {
    if (chance.one_in(12)) {
      return hours{1} + minutes{chance.below(300)};
    }
    return chance.one_in(4) ? minutes{chance.below(60)} : seconds{chance.below(120)};
  }

  void add_act(crowd& to, const std::string& name, dice& chance) {
    tenant& at = tenants_[chance.below(static_cast<std::uint32_t>(tenants_.size()))];
    around_.visit(at.number);
    const auto what = at.people.act(name, chance);
    if (!what) {
      return;
    }
    add(to, name,
        {.after = edge::milliseconds{chance.below(2000)},
         .request = what->request,
         .body = what->body,
         .how = weather_.course_of(name),
         .deployment = at.number},
        [what](const served& done) {
          if (done.answer && !done.killed) {
            what->learn(*done.answer);
          }
        });
    ledger_.tell(now() + " " + at.name + name + " " + what->what);
  }

  void add_deliveries(crowd& to, edge::timestamp until) {
    for (swarm_stage::due_delivery& each : stage_.take(until)) {
      const std::size_t deployment = each.deployment;
      around_.visit(deployment);
      const delivery sent = sign(around_, each.what);
      const std::string name = each.name + "." + std::to_string(each.attempt);
      ledger_.tell(now() + " " + name + " " + sent.name);
      const auto after = std::max(each.at - around_.now(), edge::timestamp::duration{});
      add(to, name,
          {.after = std::chrono::floor<edge::milliseconds>(after),
           .request = sent.request,
           .body = sent.body,
           .how = weather_.course_of(name),
           .deployment = deployment},
          [this, each = std::move(each)](const served& done) {
            if (!done.answer || done.answer->status >= 300) {
              stage_.send_again(each);
            }
          });
    }
  }

  void add_schedules(crowd& to) {
    for (tenant& each : tenants_) {
      if (each.next_schedule > around_.now()) {
        continue;
      }
      around_.visit(each.number);
      each.next_schedule = around_.now() + (around_.has_rooms() ? minutes{15} : minutes{5});
      const std::string name = each.name + "schedule-" + std::to_string(++each.schedules);
      add(to, name,
          {.after = {},
           .request = {},
           .body = {},
           .how = weather_.course_of(name),
           .deployment = each.number},
          [](const served&) {});
    }
  }

  static void add(crowd& to, const std::string& name, arrival what, std::function<void(const served&)> then) {
    to.arrivals.push_back(std::move(what));
    to.then.push_back(std::move(then));
    to.names.push_back(name);
  }

  void serve(const crowd& all) {
    const std::vector<served> done = around_.serve_together(all.arrivals);
    for (std::size_t i = 0; i < done.size(); ++i) {
      around_.visit(all.arrivals[i].deployment);
      all.then[i](done[i]);
      note(all.names[i], done[i]);
    }
    stage_.follow_phones();
  }

  void note(const std::string& name, const served& done) {
    ++ledger_.outcome.requests;
    for (const step& each : done.steps) {
      ledger_.hash(each.name);
    }
    ledger_.hash(outcome_of(done));
    if (done.answer) {
      ledger_.hash(done.answer->body);
    }
    if (ledger_.is_told() && !name.contains("schedule")) {
      ledger_.tell(now() + "   " + name + ": " + outcome_of(done));
    }
  }

  // Time passes, with webhooks, alarms and the schedule; or with webhooks only.
  void pass(edge::milliseconds time, const std::string& step, bool with_webhooks_only = false) {
    const edge::timestamp end = around_.now() + time;
    const bool alarms_are_late = with_webhooks_only || weather_.strikes("alarms-late-" + step, 10);
    do {
      edge::timestamp next = std::min(end, stage_.next());
      for (const tenant& each : tenants_) {
        next = with_webhooks_only ? next : std::min(next, each.next_schedule);
      }
      if (!alarms_are_late) {
        let_alarms_ring(next);
      }
      around_.wait(
          std::chrono::ceil<edge::milliseconds>(std::max(next - around_.now(), edge::timestamp::duration{})));
      stage_.follow_phones();
      crowd all;
      add_deliveries(all, around_.now());
      if (!with_webhooks_only) {
        add_schedules(all);
      }
      serve(all);
    } while (around_.now() < end && around_.violations().empty());
  }

  // Those of all deployments until then, in their order.
  void let_alarms_ring(edge::timestamp until) {
    while (around_.violations().empty()) {
      tenant* next = nullptr;
      edge::timestamp first = until;
      for (tenant& each : tenants_) {
        around_.visit(each.number);
        const auto at = around_.rooms().next();
        if (at && (*at < first || (next == nullptr && *at == first))) {
          next = &each;
          first = *at;
        }
      }
      if (next == nullptr) {
        return;
      }
      around_.visit(next->number);
      const auto time = std::max(first - around_.now(), edge::timestamp::duration{});
      (void)around_.let_pass(std::chrono::ceil<edge::milliseconds>(time), [&] {
        return weather_.course_of(next->name + "alarm-" + std::to_string(++next->alarms));
      });
    }
  }

  std::vector<std::string> unrest_everywhere() {
    std::vector<std::string> left;
    for (const tenant& each : tenants_) {
      around_.visit(each.number);
      std::ranges::move(unrest(around_, each.people), std::back_inserter(left));
      for (const tenant& other : tenants_) {
        if (other.number != each.number && !have_same_name_) {
          std::ranges::move(intrusions(around_, other.people), std::back_inserter(left));
        }
      }
    }
    for (const std::string& each : left) {
      ledger_.tell(now() + " not at rest: " + each);
    }
    return left;
  }

  void calm_down() {
    ledger_.tell(now() + " everybody stops, and nothing goes wrong any more");
    weather_.clear();
    stage_.stop_all();
    const edge::timestamp since = around_.now();
    std::vector<std::string> left;
    do {
      pass(hours{1}, "at-rest");
      around_.settle_late_calls();
      left = unrest_everywhere();
    } while (!left.empty() && around_.now() < since + longest_unrest && around_.violations().empty());
    ledger_.outcome.until_rest = std::chrono::floor<edge::milliseconds>(around_.now() - since);
    if (left.empty() && around_.violations().empty()) {
      pass_day();
      left = unrest_everywhere();
      check_at_rest(around_, {.answer = {}, .killed = false, .steps = {}, .log = {}});
    }
    for (std::string& each : left) {
      around_.violated(std::move(each));
    }
  }

  // With rooms, orphans are looked for once a day. Alarms and runs that find nothing to do take half of the
  // time of a trial, so most trials leave out those that are not needed to come to the sweep.
  void pass_day() {
    constexpr std::uint32_t trials_for_a_whole_day = 8;
    pass(hours{24}, "day", !ledger_.drawn("day").one_in(trials_for_a_whole_day));
    pass(hours{2}, "sweep");
  }

  [[nodiscard]] std::string now() const { return time_since(begin_, around_.now()); }

  ledger ledger_;
  dice chance_ = ledger_.drawn("swarm");
  std::size_t deployments_ = chance_.one_in(trials_for_two_deployments) ? 2 : 1;
  // Then each stores the other's events, to no effect.
  bool have_same_name_ = chance_.one_in(2);
  world around_{chance_.next()};
  edge::timestamp begin_ = around_.now();
  swarm_weather weather_{ledger_, around_};
  swarm_stage stage_{around_, ledger_, weather_, deployments_,
                     chance_.below(static_cast<std::uint32_t>(deployments_))};
  std::deque<tenant> tenants_;
};

} // namespace

swarm_outcome run_swarm(const swarm_trial& what) { return swarm{what}.run(); }

} // namespace simulation
