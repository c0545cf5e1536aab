#include "streams/store/kv.h"

#include "edge/all.h"
#include "edge/retry.h"

#include <algorithm>
#include <iterator>

namespace streams {

edge::task<edge::status> kv::write(write_operation what) {
  for (int tries = 1;; ++tries) {
    edge::outcome<std::monostate> written;
    if (const auto* put = std::get_if<edge::operation::kv_put>(&what)) {
      written = co_await attempt(host_.perform(*put));
    } else {
      written = co_await attempt(host_.perform(std::get<edge::operation::kv_remove>(what)));
    }
    if (written) {
      co_return {};
    }
    const auto wait = edge::wait_before_retry(host_, tries, written.error(), deadline_);
    if (!wait) {
      co_return std::unexpected(written.error());
    }
    co_await host_.perform(edge::operation::sleep{*wait});
  }
}

// A creation writes five keys.
edge::task<edge::status> kv::write_all(std::vector<write_operation> writes) {
  std::size_t next = 0;
  auto worker = [&] -> edge::task<edge::status> {
    while (next < writes.size()) {
      co_await write(std::move(writes[next++]));
    }
    co_return {};
  };
  auto [first, second, third, fourth, fifth] =
      co_await edge::all(worker(), worker(), worker(), worker(), worker());
  for (edge::status* each : {&first, &second, &third, &fourth, &fifth}) {
    co_await std::move(*each);
  }
  co_return {};
}

edge::task<edge::status> kv::for_each(std::string prefix,
                                      std::function<void(const edge::operation::kv_list::entry&)> visit) {
  std::string cursor;
  do {
    page found = co_await list(prefix, std::move(cursor));
    std::ranges::for_each(found.entries, visit);
    cursor = std::move(found.cursor);
  } while (!cursor.empty());
  co_return {};
}

edge::task<edge::status> kv::put(std::string key, std::string value, std::string metadata,
                                 std::chrono::seconds expiry) {
  return write(edge::operation::kv_put{
      .key = std::move(key), .value = std::move(value), .metadata = std::move(metadata), .expiry = expiry});
}

edge::task<edge::status> kv::remove(std::string key) {
  return write(edge::operation::kv_remove{.key = std::move(key)});
}

edge::task<edge::status> kv::put_all(std::vector<edge::operation::kv_put> entries) {
  return write_all({std::make_move_iterator(entries.begin()), std::make_move_iterator(entries.end())});
}

edge::task<edge::status> kv::remove_all(std::vector<std::string> keys) {
  std::vector<write_operation> removals;
  removals.reserve(keys.size());
  for (std::string& each : keys) {
    removals.emplace_back(edge::operation::kv_remove{.key = std::move(each)});
  }
  return write_all(std::move(removals));
}

edge::task<edge::outcome<std::optional<std::string>>> kv::get(std::string key) {
  std::vector<entry> found = co_await host_.perform(edge::operation::kv_get{.keys = {std::move(key)}});
  if (!found.front().found) {
    co_return std::nullopt;
  }
  co_return std::move(found.front().value);
}

} // namespace streams
