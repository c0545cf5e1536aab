// The exports of the module: see abi.h.

#include "api/http/allowed_origins.h"
#include "api/schedule.h"
#include "api/serve.h"
#include "edge/http/access_log.h"
#include "edge/http/serve.h"
#include "edge/task.h"
#include "wasm/abi.h"
#include "wasm/messages.h"

#include <memory>

// The runtime writes here when the request's CPU time is nearly used up (workerd, tracked-wasm-instance.h).
// The name is the runtime's.
extern "C" std::uint32_t
    __instance_signal;               // NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
std::uint32_t __instance_signal = 0; // NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)

namespace {

constexpr std::uint32_t cpu_limit_is_near = 24;

edge::root_task serve(edge::context& request, abi::cause cause) {
  switch (cause) {
  case abi::cause::request: co_return co_await api::serve(request);
  case abi::cause::schedule: co_return co_await api::run_schedule(request);
  case abi::cause::alarm: co_return co_await api::run_alarm(request);
  case abi::cause::event: co_return co_await api::serve_event(request);
  }
}

// One request. The members refer to one another, so it stays where it was made.
class served_request {
public:
  served_request(wire::beginning begin, edge::timestamp now, abi::cause cause)
      : host_(std::move(begin.settings), std::move(begin.random), now),
        context_{.host = host_, .request = std::move(begin.request)}, root_(serve(context_, cause)) {}

  edge::host& host() { return host_; }
  [[nodiscard]] const edge::context& request() const { return context_; }
  void begin() { root_.begin(); }

private:
  edge::host host_;
  edge::context context_;
  edge::root_task root_;
};

// An instance serves one request, so these live exactly as long as it does.
constinit std::unique_ptr<served_request> current;
constinit std::string message;
constinit std::string outbox;
constinit bool answered = false;

edge::timestamp time_point(double milliseconds) {
  return edge::timestamp{edge::milliseconds{static_cast<std::int64_t>(milliseconds)}};
}

const std::uint8_t* give_outbox(const std::vector<edge::outgoing>& records) {
  for (const edge::outgoing& each : records) {
    answered = answered || std::holds_alternative<edge::response>(each);
  }
  outbox = wire::write_outbox(records, answered);
  return reinterpret_cast<const std::uint8_t*>(outbox.data());
}

// What is under way stays as it is: the intent that was written first lets it be found and put right.
const std::uint8_t* stop_for_lack_of_cpu_time() {
  std::vector<edge::outgoing> records;
  if (!answered) {
    const edge::problem problem{.status = 503,
                                .type = "out-of-cpu-time",
                                .title = "The request took too much computing time",
                                .detail = "Try again in a minute.",
                                .headers = {{"retry-after", "60"}}};
    const edge::context& request = current->request();
    records.emplace_back(edge::answer_with(problem, request, api::allowed_origins(request.host.settings())));
    records.emplace_back(
        edge::log_line{edge::log_line_of(request, {.status = problem.status, .problem = problem.type})});
  }
  return give_outbox(records);
}

edge::task<std::uint32_t> one(std::uint32_t number) { co_return number; }

edge::root_task await_many(std::uint32_t awaits, std::uint32_t& done) {
  for (std::uint32_t i = 0; i < awaits; ++i) {
    done += co_await one(1);
  }
}

} // namespace

std::uint32_t abi_version() { return abi::version; }

std::uint8_t* allocate(std::uint32_t size) {
  message.resize(size);
  return reinterpret_cast<std::uint8_t*>(message.data());
}

const std::uint8_t* start(double now, std::uint32_t cause) {
  if (current) {
    __builtin_trap();
  }
  current = std::make_unique<served_request>(wire::read_start(message), time_point(now), abi::cause{cause});
  current->begin();
  return give_outbox(current->host().take_outbox());
}

const std::uint8_t* resume(double now, std::uint32_t operation, std::uint32_t failure) {
  if (!current) {
    __builtin_trap();
  }
  if (__instance_signal == cpu_limit_is_near) {
    return stop_for_lack_of_cpu_time();
  }
  current->host().advance_clock(time_point(now));
  if (!wire::complete(current->host(), operation, abi::failure{failure}, message)) {
    return nullptr;
  }
  return give_outbox(current->host().take_outbox());
}

std::uint32_t self_check(std::uint32_t awaits) {
  std::uint32_t done = 0;
  edge::root_task root = await_many(awaits, done);
  root.begin();
  return done;
}
