// The live stream at Mux, and the Cloudflare output that feeds it. There is no output when Mux is the ingest.
#pragma once

#include "json/reader.h"
#include "json/writer.h"
#include "mux/types.h"
#include "streams/model/registers.h"

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace streams {

struct mux_side {
  std::string live_stream_id;
  std::string playback_id; // of the live stream
  std::string output_id;

  static mux_side of(const mux::live_stream& live_stream, std::string_view output_id);

  [[nodiscard]] json::object to_json() const;
  // Nullopt for what to_json does not write.
  static std::optional<mux_side> from_json(const json::value& from);

  auto operator<=>(const mux_side&) const = default;
};

void write_register(json::object& to, std::string_view name, const latest<mux_side>& from);
void read_register(const json::value& from, latest<mux_side>& to);

} // namespace streams
