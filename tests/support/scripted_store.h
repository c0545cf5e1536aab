// Scripts what the store and the lease answer, and names what was asked of them and of the providers.
#pragma once

#include "edge/error.h"
#include "edge/operation.h"
#include "support/scripted_host.h"

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace support {

// One read, with the value of each of its keys. An empty one is not there.
inline void reads(scripted_host& world, const std::vector<std::string>& values) {
  edge::operation::kv_get::result found;
  for (const std::string& each : values) {
    found.push_back({.found = !each.empty(), .value = each});
  }
  world.next<edge::operation::kv_get>(std::move(found));
}

// The read of a stream's record with its credentials and changes.
inline void reads_stream(scripted_host& world, const std::string& record, const std::string& sealed = {}) {
  reads(world, {record, sealed, "", "", "", ""});
}

inline void lists(scripted_host& world, std::vector<edge::operation::kv_list::entry> entries = {},
                  std::string cursor = {}) {
  world.next<edge::operation::kv_list>(
      edge::operation::kv_list::result{.entries = std::move(entries), .cursor = std::move(cursor)});
}

inline void writes(scripted_host& world, int times = 1) {
  for (int i = 0; i < times; ++i) {
    world.next<edge::operation::kv_put>(std::monostate{});
  }
}

inline void removes(scripted_host& world, int times = 1) {
  for (int i = 0; i < times; ++i) {
    world.next<edge::operation::kv_remove>(std::monostate{});
  }
}

template <class Operation>
void fails(scripted_host& world, edge::error_kind kind = edge::error_kind::unavailable) {
  world.next<Operation>(std::unexpected(edge::error{.kind = kind, .what = "scripted"}));
}

// The keys that were written or removed, in their order.
template <class Operation>
std::vector<std::string> keys_of(const scripted_host& world) {
  std::vector<std::string> keys;
  for (const Operation& each : world.asked<Operation>()) {
    keys.push_back(each.key);
  }
  return keys;
}

// The calls to providers, in their order, such as "DELETE /live-streams/one": without the API's own address.
inline std::vector<std::string> calls_of(const scripted_host& world) {
  std::vector<std::string> calls;
  for (const edge::operation::fetch& each : world.asked<edge::operation::fetch>()) {
    std::string_view url{each.url};
    for (const std::string_view before : {"https://api.mux.com/video/v1", "/stream"}) {
      if (const std::size_t at = url.find(before); at != std::string_view::npos) {
        url.remove_prefix(at + before.size());
      }
    }
    calls.push_back(each.method + ' ' + std::string{url});
  }
  return calls;
}

} // namespace support
