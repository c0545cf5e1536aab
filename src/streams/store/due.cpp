#include "streams/store/due.h"

#include "streams/model/stream_id.h"

namespace streams {

std::string_view name_of(due what) {
  switch (what) {
  case due::work: return "work";
  case due::check: return "check";
  case due::copies: return "copies";
  }
  return "check";
}

edge::operation::wake wake_for(std::string_view stream_id, due what, edge::timestamp at, std::string memory) {
  return {.name = std::string{stream_id},
          .what = std::string{name_of(what)},
          .at = edge::to_microseconds(at) / 1000 + 1,
          .memory = std::move(memory)};
}

edge::task<edge::status> set_due(edge::host& host, std::string_view stream_id, due what, edge::timestamp at,
                                 std::string memory) {
  if (has_rooms(host) && is_stream_id(stream_id)) {
    (void)co_await attempt(host.perform(wake_for(stream_id, what, at, std::move(memory))));
  }
  co_return {};
}

} // namespace streams
