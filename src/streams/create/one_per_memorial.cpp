#include "streams/create/one_per_memorial.h"

#include "edge/retry.h"
#include "streams/create/idempotency.h"
#include "streams/model/stream_id.h"
#include "streams/store/store.h"

namespace streams {

namespace {

constexpr std::chrono::seconds lookup_budget{10};
constexpr std::uint32_t page_size = 100;

bool is_open(const stream_record& stream) {
  return stream.ingest == ingest_plan::mux && stream.method == streaming_method::whip_browser &&
         !stream.desired.ended() && !stream.desired.deleted();
}

// An interrupted creation may have stored the record without its credentials.
bool is_whole(const std::optional<stream_record>& stream) {
  return stream && is_open(*stream) && !stream->sealed_credentials.empty();
}

using found = edge::outcome<std::optional<stream_record>>;

} // namespace

edge::task<found> find_memorial_stream(edge::host& host, const memorial_caller& caller) {
  store from{host, host.now() + lookup_budget};
  std::string cursor;
  do {
    auto page = co_await from.streams.list_of_memorial(caller.memorial_id, cursor, page_size);
    for (const stream_record& each : page.streams) {
      if (!is_open(each) || !caller.may_have(each)) {
        continue;
      }
      auto stream = co_await from.streams.get(each.id);
      if (is_whole(stream)) {
        co_return stream;
      }
    }
    cursor = std::move(page.cursor);
  } while (!cursor.empty());
  co_return std::nullopt;
}

namespace {

enum class availability : std::uint8_t {
  open,
  closed,
  unknown, // the store may be behind: it does not show the stream yet, or not all of it
};

struct lookup {
  availability is;
  std::optional<stream_record> record = std::nullopt; // if it is open
};

edge::task<edge::outcome<lookup>> look_up(edge::host& host, const settings& with,
                                          std::string_view stream_id) {
  using enum availability;
  store from{host, host.now() + lookup_budget};
  auto stream = co_await from.streams.get(stream_id);
  if (is_whole(stream)) {
    co_return lookup{.is = open, .record = std::move(stream)};
  }
  if (stream) {
    co_return lookup{.is = is_open(*stream) ? unknown : closed};
  }
  if (left_to_reconcile(with, stream_id, host.now())) {
    co_return lookup{.is = closed};
  }
  // The fact that it was deleted outlives its record.
  const auto known = co_await from.facts.fold(stream_id);
  co_return lookup{.is = known.desired.deleted() ? closed : unknown};
}

constexpr std::string_view no_stream = "none";
constexpr edge::milliseconds first_wait{250};

std::string lease_of(const settings& with, const memorial_caller& caller) {
  return digest_of_parts({with.deployment, "the stream of a memorial", caller.memorial_id,
                          caller.knows(caller.subject) ? "" : caller.subject});
}

} // namespace

memorial_creation::memorial_creation(edge::host& host, const settings& with, const memorial_caller& caller,
                                     std::string holder)
    : host_(host), settings_(with), caller_(caller), lease_(host, lease_of(with, caller), std::move(holder)),
      has_leases_(host.settings().find("LEASES").has_value()), after_(no_stream) {}

edge::task<edge::outcome<memorial_creation::start>>
memorial_creation::begin(std::optional<stream_identity> wanted) {
  if (!has_leases_) {
    co_return start{.is = state::begun, .identity = std::move(wanted)};
  }
  const stream_identity mine =
      wanted ? std::move(*wanted) : stream_identity{make_stream_id(host_.now(), host_.random())};
  edge::rechecks rechecks{host_, first_wait, host_.now() + patience};
  for (;;) {
    auto found = co_await try_begin(mine);
    if (found) {
      co_return std::move(*found);
    }
    if (!co_await rechecks.wait()) {
      co_return start{.is = state::running};
    }
  }
}

// Nullopt: try again later.
edge::task<edge::outcome<std::optional<memorial_creation::start>>>
memorial_creation::try_begin(const stream_identity& mine) {
  for (;;) {
    auto lease =
        co_await lease_.acquire(after_, mine.id, idempotent_creation::held, idempotent_creation::kept);
    if (!lease.value.empty()) {
      auto stream = co_await look_up(host_, settings_, lease.value);
      if (stream.record && !caller_.may_have(*stream.record)) {
        stream = {.is = availability::closed};
      }
      if (stream.record) {
        co_return start{.is = state::made, .made = std::move(stream.record)};
      }
      if (stream.is == availability::unknown || lease.value == after_) {
        co_return std::nullopt;
      }
      after_ = lease.value;
    } else if (!lease_.has(lease)) {
      if (lease.request == after_) {
        co_return std::nullopt;
      }
      after_ = lease.request;
    } else if (lease.note == mine.id) {
      co_return start{.is = state::begun, .identity = mine};
    } else {
      auto begun = co_await attempt(find_begun(host_, settings_, lease.note));
      if (!begun) {
        (void)co_await attempt(lease_.release());
      }
      auto stream = co_await std::move(begun);
      if (!stream) {
        co_await lease_.forget();
      } else if (!stream->made) {
        co_return start{.is = state::begun, .identity = std::move(stream->identity)};
      } else {
        co_await lease_.complete(lease.note, idempotent_creation::kept);
      }
    }
  }
}

edge::task<void> memorial_creation::finish(const std::string& stream_id) {
  if (has_leases_) {
    (void)co_await attempt(lease_.complete(stream_id, idempotent_creation::kept));
  }
}

edge::task<void> memorial_creation::abandon(bool forget) {
  if (!has_leases_) {
    co_return;
  }
  (void)(forget ? co_await attempt(lease_.forget()) : co_await attempt(lease_.release()));
}

} // namespace streams
