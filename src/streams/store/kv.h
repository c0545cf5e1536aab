// Workers KV as the stores use it. Writes are tried again until the deadline, so they may be repeated. Every
// call fails with `unavailable` when KV fails.
#pragma once

#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/operation.h"
#include "edge/task.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace streams {

class kv {
public:
  using entry = edge::operation::kv_get::entry;
  using page = edge::operation::kv_list::result;

  // KV reads at most this many keys in one operation.
  static constexpr std::size_t most_keys_at_once = 100;

  kv(edge::host& host, edge::timestamp deadline) : host_(host), deadline_(deadline) {}

  [[nodiscard]] edge::host& host() const { return host_; }
  [[nodiscard]] edge::timestamp now() const { return host_.now(); }

  edge::task<edge::status> put(std::string key, std::string value, std::string metadata = {},
                               std::chrono::seconds expiry = {});
  edge::task<edge::status> remove(std::string key);
  // All of them at once. When one fails, others may have been carried out.
  edge::task<edge::status> put_all(std::vector<edge::operation::kv_put> entries);
  edge::task<edge::status> remove_all(std::vector<std::string> keys);

  // Writes once: for a value that can be written again later.
  auto put_once(std::string key, std::string value, std::chrono::seconds expiry = {},
                std::string metadata = {}) {
    return host_.perform(edge::operation::kv_put{
        .key = std::move(key), .value = std::move(value), .metadata = std::move(metadata), .expiry = expiry});
  }

  // The value of one key; nullopt when it does not exist.
  edge::task<edge::outcome<std::optional<std::string>>> get(std::string key);
  // One entry for each key, in their order. At most 100 keys.
  auto get_all(std::vector<std::string> keys) {
    return host_.perform(edge::operation::kv_get{.keys = std::move(keys)});
  }

  // One page of the keys that begin with the prefix. An empty cursor begins.
  auto list(std::string prefix, std::string cursor = {}, std::uint32_t limit = 1000) {
    return host_.perform(
        edge::operation::kv_list{.prefix = std::move(prefix), .cursor = std::move(cursor), .limit = limit});
  }

  // Visits every key below the prefix, in order.
  edge::task<edge::status> for_each(std::string prefix,
                                    std::function<void(const edge::operation::kv_list::entry&)> visit);

private:
  using write_operation = std::variant<edge::operation::kv_put, edge::operation::kv_remove>;

  edge::task<edge::status> write(write_operation what);
  edge::task<edge::status> write_all(std::vector<write_operation> writes);

  edge::host& host_;
  edge::timestamp deadline_;
};

} // namespace streams
