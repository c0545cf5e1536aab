#include "streams/create/idempotency.h"

#include "streams/model/stream_id.h"
#include "streams/store/keys.h"
#include "streams/store/store.h"

namespace streams {

namespace {

constexpr std::chrono::seconds store_budget{10};

} // namespace

// It undoes what was cut short once its grace is over.
bool left_to_reconcile(const settings& with, std::string_view stream_id, edge::timestamp now) {
  return time_of_stream_id(stream_id) + with.grace / 2 < now;
}

edge::task<edge::outcome<std::optional<begun_stream>>> find_begun(edge::host& host, const settings& with,
                                                                  std::string stream_id) {
  store store{host, host.now() + store_budget};
  auto record = co_await store.streams.get(stream_id);
  if (record && record->desired.deleted()) {
    co_return std::nullopt;
  }
  if (!record && left_to_reconcile(with, stream_id, host.now())) {
    co_return std::nullopt;
  }
  bool unsettled = !record || co_await store.work.has_intent(stream_id);
  if (!unsettled) {
    co_return begun_stream{.identity = {}, .made = std::move(record)};
  }
  // Its owner may have seen it, and be broadcasting into it: then it is not ours to clear away.
  co_return begun_stream{
      .identity = {.id = std::move(stream_id), .begun_before = true, .shared = record.has_value()},
      .made = std::nullopt};
}

namespace {

constexpr std::string_view field = "answer";

// Nine minutes, less than reconcile's grace: who makes a stream beside others has made it before reconcile
// looks at it.
constexpr edge::milliseconds step{std::int64_t{1} << 19U};

} // namespace

creation_turn::creation_turn(edge::host& host, const settings& with, std::string_view subject,
                             std::string_view key, std::string_view request, std::string_view holder)
    : host_(host), settings_(with), name_(digest_of_parts({with.deployment, subject, key})),
      request_(digest_of_parts({request})), lease_(host, name_, std::string{holder}),
      has_leases_(host.settings().find("LEASES").has_value()) {}

edge::task<edge::outcome<creation_turn::standing>> creation_turn::take() {
  return has_leases_ ? take_lease() : take_alone();
}

edge::task<edge::outcome<creation_turn::standing>> creation_turn::take_lease() {
  for (int round = 0; round < 2; ++round) {
    std::string id = make_stream_id(host_.now(), host_.random());
    auto lease = co_await lease_.acquire(request_, id, held, kept);
    if (lease.request != request_) {
      co_return standing{.is = state::another_request};
    }
    if (!lease.value.empty()) {
      co_return co_await over(lease.value);
    }
    if (!lease_.has(lease)) {
      break;
    }
    if (lease.note == id) {
      co_return standing{.is = state::ours, .identity = {.id = std::move(id)}};
    }
    auto found = co_await attempt(find_begun(host_, settings_, std::move(lease.note)));
    if (!found) {
      (void)co_await attempt(lease_.release());
    }
    auto begun = co_await std::move(found);
    if (begun) {
      co_return standing{
          .is = state::ours, .identity = std::move(begun->identity), .made = std::move(begun->made)};
    }
    co_await lease_.forget();
  }
  co_return standing{.is = state::theirs};
}

edge::task<edge::outcome<creation_turn::standing>> creation_turn::take_alone() {
  auto kept_answer = co_await store{host_, host_.now() + store_budget}.kv.get(keys::answer(name_));
  std::string answered = std::move(kept_answer).value_or("");
  std::size_t end = answered.find('/');
  if (end != std::string::npos) {
    if (answered.substr(0, end) != request_) {
      co_return standing{.is = state::another_request};
    }
    co_return co_await over(std::string_view{answered}.substr(end + 1));
  }
  auto since_1970 = std::chrono::floor<edge::milliseconds>(host_.now().time_since_epoch());
  edge::timestamp time{since_1970 - since_1970 % step};
  std::string bytes = digest_of_parts({name_, request_});
  co_return standing{.is = state::ours, .identity = {.id = make_stream_id(time, bytes), .shared = true}};
}

edge::task<edge::outcome<creation_turn::standing>> creation_turn::over(std::string_view sealed) {
  std::string answer = co_await settings_.keys.open(host_, name_, field, sealed);
  co_return standing{.is = state::over, .answer = std::move(answer)};
}

edge::task<edge::status> creation_turn::finish(std::string_view answer) {
  std::string sealed = co_await settings_.keys.seal(host_, name_, field, answer);
  if (!has_leases_) {
    co_await store{host_, host_.now() + store_budget}.kv.put(keys::answer(name_), request_ + '/' + sealed, {},
                                                             kept);
    co_return {};
  }
  auto lease = co_await lease_.complete(sealed, kept);
  if (!lease_.has(lease)) {
    co_return std::unexpected(edge::error{edge::error_kind::unavailable, "keep the lease"});
  }
  co_return {};
}

edge::task<void> creation_turn::give_up(bool forget) {
  if (!has_leases_) {
    co_return;
  }
  (void)(forget ? co_await attempt(lease_.forget()) : co_await attempt(lease_.release()));
}

} // namespace streams
