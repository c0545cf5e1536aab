#include "simulation/world.h"

#include "api/schedule.h"
#include "api/serve.h"
#include "edge/entropy.h"
#include "edge/task.h"
#include "simulation/deployment.h"
#include "simulation/invariants.h"
#include "simulation/model_cipher.h"

#include <algorithm>
#include <type_traits>

namespace simulation {

namespace {

namespace operation = edge::operation;

std::string folder_of(std::string_view key) { return std::string{key.substr(0, key.find('/') + 1)}; }

// Ids are omitted, so that the same step has the same name for every stream.
struct namer {
  std::string operator()(const operation::fetch& what) const {
    std::string name = what.method + ' ';
    if (what.url == receiver_url) {
      return name + "receiver";
    }
    if (model_whip::serves(what.url)) {
      return name + "whip";
    }
    const edge::request asked{.method = what.method, .url = what.url, .headers = {}};
    std::string_view path = asked.path();
    if (path.starts_with("/video/v1/assets")) {
      return name + "mux assets";
    }
    if (path.starts_with("/video/")) {
      return name + (path.ends_with("live-streams") ? "mux" : "mux/…");
    }
    if (!path.contains("live_inputs")) {
      return name + "cloudflare video";
    }
    path.remove_prefix(path.find("live_inputs") + 11);
    if (path.empty()) {
      return name + "cloudflare";
    }
    if (!path.contains("/outputs")) {
      return name + "cloudflare/…";
    }
    return name + (path.ends_with("/outputs") ? "cloudflare/…/outputs" : "cloudflare/…/outputs/…");
  }
  std::string operator()(const operation::read_body&) const { return "read_body"; }
  std::string operator()(const operation::kv_get& what) const {
    return "kv_get " + folder_of(what.keys.front());
  }
  std::string operator()(const operation::kv_put& what) const { return "kv_put " + folder_of(what.key); }
  std::string operator()(const operation::kv_remove& what) const {
    return "kv_remove " + folder_of(what.key);
  }
  std::string operator()(const operation::kv_list& what) const { return "kv_list " + folder_of(what.prefix); }
  std::string operator()(const operation::seal&) const { return "seal"; }
  std::string operator()(const operation::open&) const { return "open"; }
  std::string operator()(const operation::verify&) const { return "verify"; }
  std::string operator()(const operation::sign&) const { return "sign"; }
  std::string operator()(const operation::sleep&) const { return "sleep"; }
  std::string operator()(const operation::lease& what) const { return "lease " + what.step; }
  std::string operator()(const operation::limit&) const { return "limit"; }
  std::string operator()(const operation::room&) const { return "room"; }
  std::string operator()(const operation::wake& what) const { return "wake " + what.what; }
  std::string operator()(const operation::pace& what) const { return "pace " + what.name; }
  std::string operator()(const operation::measure&) const { return "measure"; }
};

edge::root_task run(edge::context& request) { co_await api::serve(request); }
edge::root_task run_the_schedule(edge::context& request) { co_await api::run_schedule(request); }
edge::root_task run_alarm(edge::context& request) { co_await api::run_alarm(request); }

edge::request without_sender(std::string url) {
  return {.method = "GET", .url = std::move(url), .headers = {}};
}

void append(served& to, served more) {
  std::ranges::move(more.steps, std::back_inserter(to.steps));
  std::ranges::move(more.log, std::back_inserter(to.log));
  to.killed = to.killed || more.killed;
}

std::string percent_encoded(std::string_view text) {
  std::string encoded;
  for (const char each : text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(each);
    const bool is_plain =
        (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') || (each >= '0' && each <= '9');
    if (is_plain) {
      encoded += each;
    } else {
      encoded += {'%', digits.at(byte / 16), digits.at(byte % 16)};
    }
  }
  return encoded;
}

operation::fetch::result answer_of(fate what) {
  operation::fetch::result answer{.status = 503, .headers = {}, .body = "upstream connect error"};
  if (what == fate::fails_after) {
    answer.status = 500;
  }
  if (what == fate::refused) {
    answer = {.status = 400, .headers = {}, .body = "{}"};
  }
  if (what == fate::throttled || what == fate::throttled_for_2_s) {
    answer.status = 429;
  }
  if (what == fate::throttled_for_2_s) {
    answer.headers.add("retry-after", "2");
  }
  if (what == fate::garbled_after) {
    answer = {.status = 200, .headers = {}, .body = "<!doctype html>"};
  }
  if (what == fate::empty_after) {
    answer = {.status = 200, .headers = {}, .body = ""};
  }
  return answer;
}

template <class Operation>
edge::error_kind failure_of(fate what) {
  if constexpr (std::is_same_v<Operation, operation::fetch>) {
    return times_out(what) ? edge::error_kind::timeout : edge::error_kind::network;
  }
  if constexpr (std::is_same_v<Operation, operation::read_body>) {
    return what == fate::refused ? edge::error_kind::too_large : edge::error_kind::network;
  }
  if constexpr (std::is_same_v<Operation, operation::open>) {
    return edge::error_kind::not_opened;
  }
  return edge::error_kind::unavailable;
}

bool is_answered(fate what) {
  return what == fate::unavailable_before || what == fate::throttled || what == fate::throttled_for_2_s ||
         what == fate::refused || what == fate::fails_after || what == fate::garbled_after ||
         what == fate::empty_after;
}

} // namespace

world::world(std::uint64_t seed, quirks faults, const edge::environment& with)
    : quirks_(faults), chance_(seed), mux_(chance_, secrets_, quirks_, now_, mux_authorization()),
      cloudflare_(chance_, secrets_, quirks_, now_, cloudflare_authorization()),
      deployed_{{{.settings = with, .store = model_store{quirks_}, .leases = {}, .rooms = {}},
                 {.settings = with, .store = model_store{quirks_}, .leases = {}, .rooms = {}}}} {
  plant_secrets(secrets_);
}

template <class Operation>
edge::outcome_of<Operation> world::effect_of(const Operation& what, const std::string& body,
                                             std::size_t place) {
  if constexpr (std::is_same_v<Operation, operation::fetch>) {
    settle_late_calls();
    if (what.url == receiver_url) {
      return receive(what);
    }
    if (model_whip::serves(what.url)) {
      return whip_.carry_out(what);
    }
    check_before_call(*this, what);
    calls_.push_back({.at = now_, .method = what.method, .url = what.url});
    operation::fetch::result answer = call_provider(what);
    if (!trusts_providers_) {
      check_providers(*this);
    }
    return answer;
  } else if constexpr (std::is_same_v<Operation, operation::read_body>) {
    if (body.size() > what.limit) {
      return std::unexpected(edge::error{.kind = edge::error_kind::too_large});
    }
    return body;
  } else if constexpr (std::is_same_v<Operation, operation::kv_get>) {
    return store().get(what, now_, place);
  } else if constexpr (std::is_same_v<Operation, operation::kv_put>) {
    if (!store().takes(what.key, now_)) {
      return std::unexpected(edge::error{.kind = edge::error_kind::unavailable});
    }
    if (auto refusal = store().put(what, now_, place)) {
      violated("KV was given " + *refusal);
    }
    check_no_secret(*this, "the store", what.key + '\n' + what.value + '\n' + what.metadata);
    return std::monostate{};
  } else if constexpr (std::is_same_v<Operation, operation::kv_remove>) {
    if (!store().takes(what.key, now_)) {
      return std::unexpected(edge::error{.kind = edge::error_kind::unavailable});
    }
    store().remove(what, now_, place);
    return std::monostate{};
  } else if constexpr (std::is_same_v<Operation, operation::kv_list>) {
    return store().list(what, now_, place);
  } else if constexpr (std::is_same_v<Operation, operation::seal>) {
    return quirks_.seal_does_nothing ? what.plain : simulation::seal(what, chance_);
  } else if constexpr (std::is_same_v<Operation, operation::open>) {
    if (auto plain = simulation::open(what)) {
      return *plain;
    }
    return std::unexpected(edge::error{.kind = edge::error_kind::not_opened});
  } else if constexpr (std::is_same_v<Operation, operation::verify>) {
    return false; // no one in this world signs with a key pair
  } else if constexpr (std::is_same_v<Operation, operation::sign>) {
    return simulation::sign(what.key, what.data);
  } else if constexpr (std::is_same_v<Operation, operation::lease>) {
    check_no_secret(*this, "a lease", what.name + '\n' + what.request + '\n' + what.text);
    return here().leases.take(what, now_);
  } else if constexpr (std::is_same_v<Operation, operation::wake>) {
    check_no_secret(*this, "a room", what.name + '\n' + what.memory);
    rooms().wake(what);
    return std::monostate{};
  } else if constexpr (std::is_same_v<Operation, operation::room>) {
    rooms().hear(what, now_);
    return true;
  } else if constexpr (std::is_same_v<Operation, operation::limit> ||
                       std::is_same_v<Operation, operation::pace>) {
    return true;
  } else {
    static_assert(std::is_same_v<Operation, operation::sleep> ||
                  std::is_same_v<Operation, operation::measure>);
    return std::monostate{};
  }
}

operation::fetch::result world::call_provider(const operation::fetch& call) {
  const std::array before{mux_.live_streams().size(), mux_.made_assets().size(),
                          cloudflare_.live_inputs().size(), cloudflare_.made_videos().size()};
  operation::fetch::result answer{.status = 404, .headers = {}, .body = {}};
  if (call.url.starts_with(model_mux::address)) {
    answer = mux_.carry_out(call);
  } else if (call.url.starts_with(model_cloudflare::address)) {
    answer = cloudflare_.carry_out(call);
  } else {
    violated("called somebody else: " + call.url);
  }
  const auto note_maker = [&](const auto& all, std::size_t number_before) {
    if (all.size() > number_before) {
      makers_[all.back().id] = serving_;
    }
  };
  note_maker(mux_.live_streams(), before[0]);
  note_maker(mux_.made_assets(), before[1]);
  note_maker(cloudflare_.live_inputs(), before[2]);
  note_maker(cloudflare_.made_videos(), before[3]);
  return answer;
}

std::optional<std::size_t> world::maker_of(std::string_view id) const {
  auto found = makers_.find(id);
  const auto video = std::ranges::find(cloudflare_.videos(), id, &model_cloudflare::video::id);
  if (video != cloudflare_.videos().end()) {
    found = makers_.find(video->live_input_id);
  }
  const auto asset = std::ranges::find(mux_.assets(), id, &model_mux::asset::id);
  if (asset != mux_.assets().end()) {
    found = makers_.find(asset->live_stream_id);
  }
  return found == makers_.end() ? std::nullopt : std::optional{found->second};
}

void world::settle_late_calls() {
  const std::size_t serving = serving_;
  const auto all = std::exchange(late_calls_, {});
  for (const late_call& each : all) {
    visit(each.deployment);
    if (each.at > now_) {
      late_calls_.push_back(each);
    } else if (model_whip::serves(each.call.url)) {
      (void)whip_.carry_out(each.call);
    } else if (each.call.url != receiver_url) {
      (void)call_provider(each.call);
    }
  }
  visit(serving);
}

operation::fetch::result world::receive(const operation::fetch& call) {
  std::string sent = call.body;
  for (const auto& [name, value] : call.headers) {
    sent.append("\n").append(name).append(": ").append(value);
  }
  check_no_secret(*this, "an event", sent);
  events_.push_back({.at = now_, .headers = call.headers, .body = call.body});
  return {.status = receiver_status_, .headers = {}, .body = {}};
}

// One instance of the Worker, which serves one request.
class worker {
public:
  worker(world& around, edge::request request, const std::string& body, const course& how,
         edge::root_task (*main)(edge::context&) = run)
      : world_(around), body_(body), how_(how), deployment_(around.deployment()),
        host_(around.settings(), edge::entropy{around.chance_.bytes(128).substr(0, 64)},
              around.now_ + how.skew),
        context_{.host = host_, .request = std::move(request)}, root_(main(context_)),
        is_paced_(is_run(context_.request) && around.settings().has_binding("PACES")) {}

  served work() {
    start();
    while (next()) {
      go_on();
    }
    return end();
  }

  void start() {
    world_.visit(deployment_);
    root_.begin();
    take_outbox();
  }

  // When its next operation is done; nullopt once it rests or was killed.
  [[nodiscard]] std::optional<edge::timestamp> next() const {
    return pending_.empty() || result_.killed
               ? std::nullopt
               : std::optional{std::ranges::min_element(pending_, {}, &pending::due)->due};
  }

  // That operation is done.
  void go_on() {
    world_.visit(deployment_);
    auto next = std::ranges::min_element(pending_, {}, &pending::due);
    pending current = std::move(*next);
    pending_.erase(next);
    world_.now_ = std::max(world_.now_, current.due);
    host_.advance_clock(world_.now_ + how_.skew);
    std::visit([&](const auto& what) { finish(current, what); }, current.issued.what);
    if (!result_.killed) {
      take_outbox();
    }
  }

  served end() {
    world_.visit(deployment_);
    if (!result_.killed && !root_.finished()) {
      world_.violated("a request waits for nothing");
    }
    if (!result_.killed && !result_.answer) {
      world_.violated("a request was not answered");
    }
    check_budget(world_, context_.request, result_);
    return std::move(result_);
  }

private:
  struct pending {
    edge::issued_operation issued;
    fate what;
    edge::timestamp due;
    std::size_t step; // its place among the steps
    bool has_turn;    // for a pace
  };

  // A pace that cannot be reached keeps nobody from working.
  void check_pace(const step& issued) {
    if (!is_paced_ || !issued.is_call) {
      return;
    }
    if (const auto limit = world_.here().calls.add(issued.name, issued.at); !limit.empty()) {
      world_.violated("the runs of a deployment make more than " + std::string{limit});
    }
  }

  void take_outbox() {
    for (edge::outgoing& each : host_.take_outbox()) {
      if (auto* issued = std::get_if<edge::issued_operation>(&each)) {
        begin(std::move(*issued));
      } else if (auto* line = std::get_if<edge::log_line>(&each)) {
        check_no_secret(world_, "the log", line->text);
        result_.log.push_back(std::move(line->text));
      } else if (auto* last = std::get_if<edge::last_resort>(&each)) {
        check_answer(world_, context_.request, last->answer);
      } else {
        if (result_.answer) {
          world_.violated("a request was answered twice");
        }
        result_.answer = std::get<edge::response>(std::move(each));
        check_answer(world_, context_.request, *result_.answer);
      }
    }
  }

  void begin(edge::issued_operation issued) {
    std::string name = std::visit(namer{}, issued.what);
    fate what = how_.fate_of(result_.steps.size() + 1, name);
    edge::timestamp due = world_.now_ + how_.latency();
    bool has_turn = true;
    if (const auto* call = std::get_if<operation::fetch>(&issued.what)) {
      if (!times_out(what) && due > world_.now_ + call->timeout) {
        what = takes_effect(what) ? fate::times_out_after : fate::times_out_before;
      }
      if (times_out(what)) {
        due = world_.now_ + call->timeout;
      }
    }
    if (const auto* rest = std::get_if<operation::sleep>(&issued.what)) {
      due = world_.now_ + rest->duration;
    }
    if (const auto* pace = std::get_if<operation::pace>(&issued.what)) {
      const auto turn = world_.rooms().turn(*pace, world_.now_);
      due = turn.value_or(world_.now_);
      has_turn = turn.has_value();
    }
    const auto* read = std::get_if<operation::kv_get>(&issued.what);
    result_.steps.push_back({.name = std::move(name),
                             .what = what,
                             .after_answer = result_.answer.has_value(),
                             .keys = read ? read->keys.size() : 1,
                             .is_call = std::holds_alternative<operation::fetch>(issued.what),
                             .at = world_.now_});
    check_pace(result_.steps.back());
    pending_.push_back({.issued = std::move(issued),
                        .what = what,
                        .due = due,
                        .step = result_.steps.size() - 1,
                        .has_turn = has_turn});
  }

  template <class Operation>
  void finish(const pending& current, const Operation& what) {
    edge::outcome_of<Operation> outcome = std::unexpected(edge::error{failure_of<Operation>(current.what)});
    if (takes_effect(current.what)) {
      auto effect = world_.effect_of(what, body_, how_.place);
      if (current.what == fate::succeeds) {
        outcome = std::move(effect);
      }
    }
    if (kills(current.what)) {
      return die();
    }
    if constexpr (std::is_same_v<Operation, operation::fetch>) {
      if (current.what == fate::late) {
        world_.late_calls_.push_back(
            {.at = world_.now_ + std::chrono::seconds{30}, .call = what, .deployment = deployment_});
      }
      if (is_answered(current.what)) {
        outcome = answer_of(current.what);
      }
    }
    if constexpr (std::is_same_v<Operation, operation::pace>) {
      is_paced_ = is_paced_ && outcome.has_value();
      outcome = outcome.transform([&](bool) { return current.has_turn; });
    }
    result_.steps[current.step].succeeded = outcome.has_value();
    bool resumed = host_.complete(current.issued.id, [&]<class Place>(Place& place) {
      if constexpr (std::is_same_v<Place, edge::outcome_of<Operation>>) {
        place = std::move(outcome);
      } else {
        world_.violated("an operation waits for the outcome of another kind");
      }
    });
    if (!resumed) {
      world_.violated("an operation that was asked for is not pending");
    }
  }

  void die() {
    result_.killed = true;
    for (const pending& each : pending_) {
      if (takes_effect(each.what) && how_.survives_its_worker()) {
        std::visit([&](const auto& what) { (void)world_.effect_of(what, body_, how_.place); },
                   each.issued.what);
      }
    }
  }

  world& world_;
  const std::string& body_;
  const course& how_;
  std::size_t deployment_;
  edge::host host_;
  edge::context context_;
  edge::root_task root_;
  bool is_paced_; // so far: a run that has reached each pace that it asked
  std::vector<pending> pending_;
  served result_;
};

served world::serve(edge::request request, const std::string& body, const course& how) {
  return worker{*this, std::move(request), body, how}.work();
}

std::vector<served> world::serve_together(const std::vector<arrival>& all) {
  const edge::timestamp begin = now_;
  const std::size_t serving = serving_;
  std::vector<std::optional<worker>> workers(all.size());
  for (;;) {
    std::size_t next = all.size();
    edge::timestamp soonest = edge::timestamp::max();
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto at = workers[i] ? workers[i]->next() : std::optional{begin + all[i].after};
      if (at && *at < soonest) {
        next = i;
        soonest = *at;
      }
    }
    if (next == all.size()) {
      break;
    }
    now_ = std::max(now_, soonest);
    const arrival& what = all[next];
    visit(what.deployment);
    if (workers[next]) {
      workers[next]->go_on();
    } else if (what.request.method.empty()) {
      workers[next].emplace(*this, without_sender("https://schedule.invalid"), what.body, what.how,
                            run_the_schedule);
      workers[next]->start();
    } else {
      workers[next].emplace(*this, what.request, what.body, what.how);
      workers[next]->start();
    }
  }
  std::vector<served> done;
  done.reserve(workers.size());
  for (auto& each : workers) {
    done.push_back(each->end());
  }
  visit(serving);
  return done;
}

void world::ring(served& done, const std::function<course()>& next_course) {
  const std::string no_body;
  for (int rung = 0;; ++rung) {
    const auto alarm = rooms().take(now_);
    if (!alarm) {
      return;
    }
    if (rung == 5'000) {
      return violated("the alarms ring for ever");
    }
    const std::string url = "https://alarm.invalid/" + alarm->name + "?due=" + alarm->due +
                            "&memory=" + percent_encoded(alarm->memory);
    const course how = next_course();
    served one = worker{*this, without_sender(url), no_body, how, run_alarm}.work();
    if (how.rings_twice || one.killed || !one.answer || one.answer->status != 204) {
      rooms().ring_again(*alarm, now_);
    }
    append(done, std::move(one));
  }
}

served world::let_pass(edge::milliseconds time, const course& how) {
  return let_pass(time, [&] { return how; });
}

served world::let_pass(edge::milliseconds time, const std::function<course()>& next_course) {
  const edge::timestamp end = now_ + time;
  served done;
  for (auto next = rooms().next(); next && *next <= end; next = rooms().next()) {
    now_ = std::max(now_, *next);
    ring(done, next_course);
  }
  now_ = std::max(now_, end);
  return done;
}

served world::reconcile(const course& how) {
  served done = run_schedule(how);
  if (rooms().next()) {
    append(done, let_pass(std::chrono::minutes{7}, how));
  }
  return done;
}

served world::run_schedule(const course& how) {
  const std::string no_body;
  served done;
  ring(done, [&] { return how; });
  served schedule =
      worker{*this, without_sender("https://schedule.invalid"), no_body, how, run_the_schedule}.work();
  done.answer = std::move(schedule.answer);
  append(done, std::move(schedule));
  return done;
}

} // namespace simulation
