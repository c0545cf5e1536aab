// Workers KV as the stores use it. Writes are tried again until the deadline, so they may be repeated. Every
// call fails with `unavailable` when KV fails.
#pragma once

#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/operation.h"
#include "edge/task.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace streams {

class kv {
public:
  using entry = edge::operation::kv_get::entry;
  using page = edge::operation::kv_list::result;

  // KV reads at most this many keys in one operation.
  static constexpr std::size_t most_keys_at_once = 100;

  kv(edge::host& host, edge::timestamp deadline) : host_(host), deadline_(deadline) {}

  [[nodiscard]] edge::timestamp now() const { return host_.now(); }

  edge::task<edge::status> put(std::string key, std::string value, std::string metadata = {},
                               std::chrono::seconds expiry = {});
  edge::task<edge::status> remove(std::string key);
  // All of them at once. When one fails, others may have been carried out.
  edge::task<edge::status> put_all(std::vector<edge::operation::kv_put> writes);
  edge::task<edge::status> remove_all(std::vector<std::string> keys);

  // Writes once: for a value that can be written again later.
  auto put_once(std::string key, std::string value, std::chrono::seconds expiry = {}) {
    return host_.perform(edge::operation::kv_put{
        .key = std::move(key), .value = std::move(value), .metadata = {}, .expiry = expiry});
  }

  // The value of one key; nullopt when there is none.
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

  // Adds every fact below the prefix, read from its key's metadata, to the state.
  template <class Fact, class State>
  edge::task<edge::status> fold(std::string prefix, State& state) {
    std::string cursor;
    do {
      page found = co_await list(prefix, std::move(cursor));
      for (const auto& each : found.entries) {
        if (auto said = Fact::from_metadata(each.metadata)) {
          state.fold(*said);
        }
      }
      cursor = std::move(found.cursor);
    } while (!cursor.empty());
    co_return {};
  }

private:
  template <class Operation>
  edge::task<edge::status> write(Operation what);
  template <class Operation>
  edge::task<edge::status> write_all(std::vector<Operation> writes);

  edge::host& host_;
  edge::timestamp deadline_;
};

} // namespace streams
