#include "streams/memorial_turn.h"

#include "streams/begun_stream.h"
#include "streams/creation_turn.h"
#include "streams/digest_of_parts.h"
#include "streams/stream_id.h"

#include <algorithm>

namespace streams {

namespace {

constexpr std::string_view no_stream = "none";
constexpr edge::milliseconds first_wait{250};
constexpr edge::milliseconds longest_wait{2000};

std::string lease_of(const settings& with, const memorial_caller& caller) {
  return digest_of_parts({with.deployment, "the stream of a memorial", caller.memorial_id,
                          caller.admitted ? "" : caller.subject});
}

} // namespace

memorial_turn::memorial_turn(edge::host& host, const settings& with, const memorial_caller& caller,
                             std::string holder)
    : host_(host), settings_(with), lease_(host, lease_of(with, caller), std::move(holder)),
      has_leases_(host.settings().find("LEASES").has_value()), after_(no_stream) {}

edge::task<std::expected<memorial_turn::standing, edge::error>>
memorial_turn::take(std::optional<stream_identity> wanted) {
  if (!has_leases_) co_return standing{.is = state::ours, .identity = std::move(wanted)};
  const stream_identity mine =
      wanted ? std::move(*wanted) : stream_identity{make_stream_id(host_.now(), host_.random())};
  const edge::timestamp deadline = host_.now() + patience;
  for (edge::milliseconds bound = first_wait;; bound = std::min(2 * bound, longest_wait)) {
    auto found = co_await co_await look(mine);
    if (found) co_return std::move(*found);
    auto half = static_cast<std::uint32_t>(bound.count() / 2);
    edge::milliseconds wait{half + host_.random().below(half)};
    if (host_.now() + wait > deadline) co_return standing{.is = state::theirs};
    (void)co_await host_.perform(edge::operation::sleep{wait});
  }
}

// Nothing where it has to be looked again later.
edge::task<std::expected<std::optional<memorial_turn::standing>, edge::error>>
memorial_turn::look(const stream_identity& mine) {
  for (;;) {
    auto lease = co_await co_await lease_.acquire(after_, mine.id, creation_turn::held, creation_turn::kept);
    if (!lease.value.empty()) {
      auto stream = co_await co_await look_at_memorial_stream(host_, settings_, lease.value);
      if (stream.record) co_return standing{.is = state::made, .made = std::move(stream.record)};
      if (stream.is == memorial_stream_state::unseen || lease.value == after_) co_return std::nullopt;
      after_ = lease.value;
    } else if (!lease_.has(lease)) {
      if (lease.request == after_) co_return std::nullopt;
      after_ = lease.request;
    } else if (lease.note == mine.id) {
      co_return standing{.is = state::ours, .identity = mine};
    } else {
      auto begun = co_await find_begun(host_, settings_, lease.note);
      if (!begun) (void)co_await lease_.release();
      auto stream = co_await std::move(begun);
      if (!stream)
        co_await co_await lease_.forget();
      else if (!stream->made)
        co_return standing{.is = state::ours, .identity = std::move(stream->identity)};
      else
        co_await co_await lease_.complete(lease.note, creation_turn::kept);
    }
  }
}

edge::task<void> memorial_turn::finish(const std::string& stream_id) {
  if (has_leases_) (void)co_await lease_.complete(stream_id, creation_turn::kept);
}

edge::task<void> memorial_turn::give_up(bool forget) {
  if (!has_leases_) co_return;
  (void)(forget ? co_await lease_.forget() : co_await lease_.release());
}

} // namespace streams
