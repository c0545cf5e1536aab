#include "streams/create/idempotency.h"

#include "streams/model/stream_id.h"
#include "streams/store/keys.h"
#include "streams/store/store.h"

namespace streams {

namespace {

constexpr std::chrono::seconds store_budget{10};

} // namespace

// Reconcile undoes interrupted creations after their grace period.
bool left_to_reconcile(const settings& with, std::string_view stream_id, edge::timestamp now) {
  return time_of_stream_id(stream_id) + with.grace / 2 < now;
}

edge::task<edge::outcome<std::optional<begun_creation>>> find_begun(edge::host& host, const settings& with,
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
    co_return begun_creation{.identity = {}, .made = std::move(record)};
  }
  // Its owner may have seen the record and be broadcasting: then nothing may be cleared away.
  co_return begun_creation{
      .identity = {.id = std::move(stream_id), .begun_before = true, .shared = record.has_value()},
      .made = std::nullopt};
}

namespace {

constexpr std::string_view field = "answer";

// Nine minutes, less than reconcile's grace: concurrent requests finish the stream before reconcile looks at
// it.
constexpr edge::milliseconds step{std::int64_t{1} << 19U};

} // namespace

idempotent_creation::idempotent_creation(edge::host& host, const settings& with, std::string_view subject,
                                         std::string_view key, std::string_view request,
                                         std::string_view holder)
    : host_(host), settings_(with), name_(digest_of_parts({with.deployment, subject, key})),
      request_(digest_of_parts({request})), lease_(host, name_, std::string{holder}),
      has_leases_(host.settings().find("LEASES").has_value()) {}

edge::task<edge::outcome<idempotent_creation::start>> idempotent_creation::begin() {
  return has_leases_ ? begin_with_lease() : begin_without_lease();
}

edge::task<edge::outcome<idempotent_creation::start>> idempotent_creation::begin_with_lease() {
  for (int round = 0; round < 2; ++round) {
    std::string id = make_stream_id(host_.now(), host_.random());
    auto lease = co_await lease_.acquire(request_, id, held, kept);
    if (lease.request != request_) {
      co_return start{.is = state::different_request};
    }
    if (!lease.value.empty()) {
      co_return co_await open_answer(lease.value);
    }
    if (!lease_.has(lease)) {
      break;
    }
    if (lease.note == id) {
      co_return start{.is = state::begun, .identity = {.id = std::move(id)}};
    }
    auto found = co_await attempt(find_begun(host_, settings_, std::move(lease.note)));
    if (!found) {
      (void)co_await attempt(lease_.release());
    }
    auto begun = co_await std::move(found);
    if (begun) {
      co_return start{
          .is = state::begun, .identity = std::move(begun->identity), .made = std::move(begun->made)};
    }
    co_await lease_.forget();
  }
  co_return start{.is = state::running};
}

edge::task<edge::outcome<idempotent_creation::start>> idempotent_creation::begin_without_lease() {
  auto kept_answer = co_await store{host_, host_.now() + store_budget}.kv.get(keys::answer(name_));
  std::string answered = std::move(kept_answer).value_or("");
  std::size_t end = answered.find('/');
  if (end != std::string::npos) {
    if (answered.substr(0, end) != request_) {
      co_return start{.is = state::different_request};
    }
    co_return co_await open_answer(std::string_view{answered}.substr(end + 1));
  }
  auto since_1970 = std::chrono::floor<edge::milliseconds>(host_.now().time_since_epoch());
  edge::timestamp time{since_1970 - since_1970 % step};
  std::string bytes = digest_of_parts({name_, request_});
  co_return start{.is = state::begun, .identity = {.id = make_stream_id(time, bytes), .shared = true}};
}

edge::task<edge::outcome<idempotent_creation::start>>
idempotent_creation::open_answer(std::string_view sealed) {
  std::string answer = co_await settings_.keys.open(host_, name_, field, sealed);
  co_return start{.is = state::answered, .answer = std::move(answer)};
}

edge::task<edge::status> idempotent_creation::finish(std::string_view answer) {
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

edge::task<void> idempotent_creation::abandon(bool forget) {
  if (!has_leases_) {
    co_return;
  }
  (void)(forget ? co_await attempt(lease_.forget()) : co_await attempt(lease_.release()));
}

} // namespace streams
