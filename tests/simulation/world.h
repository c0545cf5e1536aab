// The Worker's whole world in memory: both providers, the store, sealing and the clock. It serves requests
// with the real core, performs the core's operations, and checks the invariants after every step. There may
// be two deployments of the Worker, which share the providers' accounts and nothing else.
#pragma once

#include "edge/environment.h"
#include "edge/host.h"
#include "edge/http/context.h"
#include "edge/http/request.h"
#include "edge/http/response.h"
#include "edge/operation.h"
#include "simulation/budgets.h"
#include "simulation/deployment.h"
#include "simulation/dice.h"
#include "simulation/fate.h"
#include "simulation/model_cloudflare.h"
#include "simulation/model_lease.h"
#include "simulation/model_mux.h"
#include "simulation/model_rooms.h"
#include "simulation/model_store.h"
#include "simulation/model_whip.h"
#include "simulation/quirks.h"
#include "simulation/secret_book.h"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace simulation {

// How the world treats one request. Operations are numbered from 1 in the order of issue.
struct course {
  std::function<fate(std::size_t number, const std::string& name)> fate_of =
      [](std::size_t, const std::string&) { return fate::succeeds; };
  std::function<edge::milliseconds()> latency = [] { return edge::milliseconds{50}; };
  // Whether a call in flight when the Worker died still takes effect.
  std::function<bool()> survives_its_worker = [] { return false; };
  std::size_t place = 0;     // where the Worker runs: see model_store::spread
  edge::milliseconds skew{}; // how far its clock is ahead
  bool rings_twice = false;  // an alarm, a minute later
};

// One of several requests that are served at the same time.
struct arrival {
  edge::milliseconds after{}; // from now
  edge::request request;      // without a method: a run of the schedule
  std::string body;
  course how;
  std::size_t deployment = 0; // that serves it
};

struct step {
  std::string name; // such as "POST mux" or "kv_put stream/"
  fate what;
  bool after_answer = false;
  std::size_t keys = 1;   // that it reads
  bool is_call = false;   // of somebody in the Internet
  edge::timestamp at{};   // when it was issued
  bool succeeded = false; // so its Worker was told
};

struct served {
  std::optional<edge::response> answer;
  bool killed = false;
  std::vector<step> steps; // in order of issue
  std::vector<std::string> log;
};

// What the host application's receiver was sent.
struct received_event {
  edge::timestamp at;
  edge::headers headers;
  std::string body;

  [[nodiscard]] std::string id() const { return std::string{headers.find("webhook-id").value_or("")}; }
};

struct provider_call {
  edge::timestamp at;
  std::string method;
  std::string url;
};

class world {
public:
  explicit world(std::uint64_t seed, quirks faults = {},
                 const edge::environment& with = simulation::settings());
  world(const world&) = delete;
  world& operator=(const world&) = delete;
  ~world() = default;

  // Serves a request until it is answered and at rest, or its Worker was killed.
  served serve(edge::request request, const std::string& body, const course& how = {});

  // Serves them at the same time, each by a Worker of its own, until all are at rest. In their order.
  std::vector<served> serve_together(const std::vector<arrival>& all);

  // Runs the schedule in the same way. With rooms, the alarms ring before it that should have rung by now.
  served run_schedule(const course& how = {});
  // The same, and with rooms seven minutes pass, in which the alarms ring that it sets.
  served reconcile(const course& how = {});
  // Time passes, and alarms ring at their time. What they did, without an answer.
  served let_pass(edge::milliseconds time, const course& how = {});
  // The same, for which each alarm has a course of its own.
  served let_pass(edge::milliseconds time, const std::function<course()>& next_course);
  // Calls that take effect although their Workers gave up take it by now.
  void settle_late_calls();
  model_rooms& rooms() { return here().rooms; }
  [[nodiscard]] bool has_rooms() const { return settings().has_binding("ROOMS"); }
  [[nodiscard]] bool has_mux() const { return settings().find("MUX_TOKEN_ID").has_value(); }
  // What Durable Objects have written and how often their alarms have rung.
  [[nodiscard]] std::size_t rows_written() const { return here().rooms.rows() + leases().rows(); }
  [[nodiscard]] std::size_t alarms() const { return here().rooms.alarms() + leases().alarms(); }

  [[nodiscard]] edge::timestamp now() const { return now_; }
  void wait(edge::milliseconds time) { now_ += time; }
  dice& chance() { return chance_; }
  secret_book& secrets() { return secrets_; }
  [[nodiscard]] const model_mux& mux() const { return mux_; }
  model_mux& mux() { return mux_; }
  [[nodiscard]] const model_cloudflare& cloudflare() const { return cloudflare_; }
  model_cloudflare& cloudflare() { return cloudflare_; }
  [[nodiscard]] const model_store& store() const { return here().store; }
  model_store& store() { return here().store; }
  model_whip& whip() { return whip_; }
  [[nodiscard]] const edge::environment& settings() const { return here().settings; }
  void configure(edge::environment with) { here().settings = std::move(with); }

  static constexpr std::size_t deployments = 2;
  // That deployment serves from now on: it has settings, a store, rooms and leases of its own, all but the
  // settings empty at first. The alarms of the other one wait. At first, deployment 0 serves.
  void visit(std::size_t deployment) { serving_ = deployment; }
  [[nodiscard]] std::size_t deployment() const { return serving_; }
  // The other one serves, with the same settings.
  void change_deployment() {
    const edge::environment same = settings();
    visit(1 - serving_);
    configure(same);
  }
  // Whose Worker made the provider's object with that id, or the broadcast's that was recorded as it; nullopt
  // for what no Worker made.
  [[nodiscard]] std::optional<std::size_t> maker_of(std::string_view id) const;

  // The store loses the keys with that prefix.
  void lose(std::string_view prefix) {
    for (const std::string& key : store().keys(prefix)) {
      store().remove({.key = key});
    }
  }
  [[nodiscard]] const model_lease& leases() const { return here().leases; }

  // The invariants that were violated.
  [[nodiscard]] const std::vector<std::string>& violations() const { return violations_; }
  void violated(std::string what) { violations_.push_back(std::move(what)); }
  // From now on the invariants of the providers' objects are not checked: for thousands of them, and a test
  // of something else.
  void trust_providers() { trusts_providers_ = true; }
  // Notes that a stream was promised. Whether that was new: a repeated request gets the first answer for a
  // day, whatever became of the stream.
  bool promise(std::string_view stream) { return promised_.emplace(stream).second; }
  // Every event that reached the receiver, which answers each with this status.
  [[nodiscard]] const std::vector<received_event>& events() const { return events_; }
  void receiver_answers(int status) { receiver_status_ = status; }
  // Every call that reached a provider's API.
  [[nodiscard]] const std::vector<provider_call>& calls() const { return calls_; }

private:
  friend class worker;

  // Lets the alarms ring that should have rung by now, and adds what they did.
  void ring(served& done, const std::function<course()>& next_course);

  struct late_call {
    edge::timestamp at;
    edge::operation::fetch call;
    std::size_t deployment;
  };
  struct deployed {
    edge::environment settings;
    model_store store;
    model_lease leases;
    model_rooms rooms;
    paced_calls calls{};
  };
  [[nodiscard]] const deployed& here() const { return deployed_.at(serving_); }
  deployed& here() { return deployed_.at(serving_); }

  // The outcome of an operation whose fate is to succeed, for a Worker at that place.
  template <class Operation>
  edge::outcome_of<Operation> effect_of(const Operation& what, const std::string& body, std::size_t place);
  edge::operation::fetch::result call_provider(const edge::operation::fetch& call);
  edge::operation::fetch::result receive(const edge::operation::fetch& call);

  quirks quirks_;
  dice chance_;
  secret_book secrets_;
  edge::timestamp now_{std::chrono::seconds{1'790'000'000}};
  model_mux mux_;
  model_cloudflare cloudflare_;
  model_whip whip_{chance_, cloudflare_};
  std::vector<late_call> late_calls_;
  std::array<deployed, deployments> deployed_;
  std::size_t serving_ = 0;
  std::map<std::string, std::size_t, std::less<>> makers_; // by the ids of what they made
  std::vector<std::string> violations_;
  std::set<std::string> promised_;
  std::vector<provider_call> calls_;
  std::vector<received_event> events_;
  int receiver_status_ = 204;
  bool trusts_providers_ = false;
};

} // namespace simulation
