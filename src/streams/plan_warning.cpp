#include "streams/plan_warning.h"

namespace streams {

std::optional<warning> plan_warning(const stream_record& stream) {
  if (promise_of(stream.method, stream.ingest).verified || !stream.broadcasts.recordings().empty())
    return std::nullopt;
  constexpr std::string_view check =
      " While it is live, that is checked. To be sure of it, make a stream for "
      "OBS, or one that goes through a relay.";
  std::string detail =
      stream.ingest == ingest_plan::mux
          ? "Mux documents no WHIP: whether it takes and records it depends on the account."
          : "Cloudflare documents no recording of what comes by WHIP, and does not send it on.";
  return warning{"recording_unverified", detail.append(check)};
}

} // namespace streams
