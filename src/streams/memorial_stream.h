// The stream of a memorial that comes into Mux: one for all who may publish to it.
#pragma once

#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"
#include "streams/settings.h"
#include "streams/stream_record.h"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace streams {

// Whose stream is looked for.
struct memorial_caller {
  std::string memorial_id;
  std::string subject;
  bool admitted; // by the memorial: anybody's; else their own
};

// The newest that is open, neither ended nor deleted, and whose credentials are there. Fails with unavailable
// where the store does.
edge::task<std::expected<std::optional<stream_record>, edge::error>>
find_memorial_stream(edge::host& host, const memorial_caller& caller);

enum class memorial_stream_state : std::uint8_t {
  open,
  closed,
  unseen, // the store may be behind: it does not know of it yet, or not of all of it
};

struct memorial_stream {
  memorial_stream_state is;
  std::optional<stream_record> record = std::nullopt; // where it is open
};

// How one stands that was made.
edge::task<std::expected<memorial_stream, edge::error>>
look_at_memorial_stream(edge::host& host, const settings& with, std::string_view stream_id);

} // namespace streams
