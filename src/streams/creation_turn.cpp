#include "streams/creation_turn.h"

#include "streams/begun_stream.h"
#include "streams/digest_of_parts.h"
#include "streams/repository.h"
#include "streams/stream_id.h"

namespace streams {

namespace {

constexpr std::chrono::seconds store_budget{10};
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

edge::task<std::expected<creation_turn::standing, edge::error>> creation_turn::take() {
  return has_leases_ ? take_lease() : take_alone();
}

edge::task<std::expected<creation_turn::standing, edge::error>> creation_turn::take_lease() {
  for (int round = 0; round < 2; ++round) {
    std::string id = make_stream_id(host_.now(), host_.random());
    auto lease = co_await co_await lease_.acquire(request_, id, held, kept);
    if (lease.request != request_) co_return standing{.is = state::another_request};
    if (!lease.value.empty()) co_return co_await over(lease.value);
    if (!lease_.has(lease)) break;
    if (lease.note == id) co_return standing{.is = state::ours, .identity = {.id = std::move(id)}};
    auto found = co_await find_begun(host_, settings_, std::move(lease.note));
    if (!found) (void)co_await lease_.release();
    auto begun = co_await std::move(found);
    if (begun)
      co_return standing{
          .is = state::ours, .identity = std::move(begun->identity), .made = std::move(begun->made)};
    co_await co_await lease_.forget();
  }
  co_return standing{.is = state::theirs};
}

edge::task<std::expected<creation_turn::standing, edge::error>> creation_turn::take_alone() {
  auto answered = co_await co_await repository{host_, host_.now() + store_budget}.get_answer(name_);
  std::size_t end = answered.find('/');
  if (end != std::string::npos) {
    if (answered.substr(0, end) != request_) co_return standing{.is = state::another_request};
    co_return co_await over(std::string_view{answered}.substr(end + 1));
  }
  auto since_1970 = std::chrono::floor<edge::milliseconds>(host_.now().time_since_epoch());
  edge::timestamp time{since_1970 - since_1970 % step};
  std::string bytes = digest_of_parts({name_, request_});
  co_return standing{.is = state::ours, .identity = {.id = make_stream_id(time, bytes), .shared = true}};
}

edge::task<std::expected<creation_turn::standing, edge::error>> creation_turn::over(std::string_view sealed) {
  std::string answer = co_await co_await settings_.keys.open(host_, name_, field, sealed);
  co_return standing{.is = state::over, .answer = std::move(answer)};
}

edge::task<std::expected<void, edge::error>> creation_turn::finish(std::string_view answer) {
  std::string sealed = co_await co_await settings_.keys.seal(host_, name_, field, answer);
  if (!has_leases_)
    co_return co_await repository{host_, host_.now() + store_budget}.put_answer(
        name_, request_ + '/' + sealed, kept);
  auto lease = co_await co_await lease_.complete(sealed, kept);
  if (!lease_.has(lease))
    co_return std::unexpected(edge::error{edge::error_kind::unavailable, "keep the lease"});
  co_return {};
}

edge::task<void> creation_turn::give_up(bool forget) {
  if (!has_leases_) co_return;
  (void)(forget ? co_await lease_.forget() : co_await lease_.release());
}

} // namespace streams
