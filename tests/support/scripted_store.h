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

// A call to a provider, such as "DELETE /live-streams/one": without the API's own address.
inline std::string name_of(const edge::operation::fetch& call) {
  std::string_view url{call.url};
  for (const std::string_view before : {"https://api.mux.com/video/v1", "/stream"}) {
    if (const std::size_t at = url.find(before); at != std::string_view::npos) {
      url.remove_prefix(at + before.size());
    }
  }
  return call.method + ' ' + std::string{url};
}

// The calls to providers, in their order.
inline std::vector<std::string> calls_of(const scripted_host& world) {
  std::vector<std::string> calls;
  for (const edge::operation::fetch& each : world.asked<edge::operation::fetch>()) {
    calls.push_back(name_of(each));
  }
  return calls;
}

// What was to change something, in its order: writes and removals of keys, such as "put stream/one", and
// calls to providers that do not only read.
inline std::vector<std::string> effects_of(const scripted_host& world) {
  std::vector<std::string> effects;
  for (const edge::operation::any& each : world.asked()) {
    if (const auto* const removal = std::get_if<edge::operation::kv_remove>(&each)) {
      effects.push_back("remove " + removal->key);
    } else if (const auto* const put = std::get_if<edge::operation::kv_put>(&each)) {
      effects.push_back("put " + put->key);
    } else if (const auto* const call = std::get_if<edge::operation::fetch>(&each);
               call && call->method != "GET") {
      effects.push_back(name_of(*call));
    }
  }
  return effects;
}

} // namespace support
