#include "streams/begun_stream.h"

#include "streams/repository.h"
#include "streams/stream_id.h"

namespace streams {

namespace {

constexpr std::chrono::seconds store_budget{10};

} // namespace

// It undoes what was cut short once its grace is over.
bool left_to_reconcile(const settings& with, std::string_view stream_id, edge::timestamp now) {
  return time_of_stream_id(stream_id) + with.grace / 2 < now;
}

edge::task<std::expected<std::optional<begun_stream>, edge::error>>
find_begun(edge::host& host, const settings& with, std::string stream_id) {
  repository store{host, host.now() + store_budget};
  auto record = co_await co_await store.get(stream_id);
  if (record && record->asked.deleted()) co_return std::nullopt;
  if (!record && left_to_reconcile(with, stream_id, host.now())) co_return std::nullopt;
  bool unsettled = !record || co_await co_await store.has_intent(stream_id);
  if (!unsettled) co_return begun_stream{.identity = {}, .made = std::move(record)};
  // Its owner may have seen it, and be broadcasting into it: then it is not ours to clear away.
  co_return begun_stream{
      .identity = {.id = std::move(stream_id), .begun_before = true, .shared = record.has_value()},
      .made = std::nullopt};
}

} // namespace streams
