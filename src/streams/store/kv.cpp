#include "streams/store/kv.h"

#include "edge/all.h"
#include "edge/retry.h"

namespace streams {

template <class Operation>
edge::task<edge::status> kv::write(Operation what) {
  for (int tries = 1;; ++tries) {
    auto written = co_await attempt(host_.perform(what));
    if (written) {
      co_return {};
    }
    auto wait = edge::wait_before_retry(host_, tries, written.error(), deadline_);
    if (!wait) {
      co_return std::unexpected(written.error());
    }
    co_await host_.perform(edge::operation::sleep{*wait});
  }
}

// A creation writes five keys.
template <class Operation>
edge::task<edge::status> kv::write_all(std::vector<Operation> writes) {
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

edge::task<edge::status> kv::put(std::string key, std::string value, std::string metadata,
                                 std::chrono::seconds expiry) {
  return write(edge::operation::kv_put{
      .key = std::move(key), .value = std::move(value), .metadata = std::move(metadata), .expiry = expiry});
}

edge::task<edge::status> kv::remove(std::string key) {
  return write(edge::operation::kv_remove{.key = std::move(key)});
}

edge::task<edge::status> kv::put_all(std::vector<edge::operation::kv_put> writes) {
  return write_all(std::move(writes));
}

edge::task<edge::status> kv::remove_all(std::vector<std::string> keys) {
  std::vector<edge::operation::kv_remove> removals;
  for (std::string& each : keys) {
    removals.push_back({.key = std::move(each)});
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
