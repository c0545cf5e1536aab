#include "streams/credentials.h"

#include "json/document.h"
#include "json/object.h"

namespace streams {

namespace {

std::string text_in(const json::value& from) { return std::string{from.text().value_or("")}; }

} // namespace

credentials credentials::of(const cloudflare::live_input& input) {
  return {.whip_url = input.whip_url,
          .rtmps_url = input.rtmps_url,
          .rtmps_key = input.rtmps_key,
          .srt_url = input.srt_url,
          .srt_stream_id = input.srt_stream_id,
          .srt_passphrase = input.srt_passphrase,
          .since = {}};
}

credentials credentials::of(const mux::live_stream& live_stream, const mux::settings& at_mux) {
  return {.whip_url = live_stream.whip_url(at_mux.whip_url),
          .rtmps_url = at_mux.rtmps_url,
          .rtmps_key = live_stream.stream_key,
          .srt_url = {},
          .srt_stream_id = {},
          .srt_passphrase = {},
          .since = {}};
}

std::string credentials::to_text() const {
  return json::object()
      .set("whipUrl", whip_url.text())
      .set("rtmpsUrl", rtmps_url)
      .set("rtmpsKey", rtmps_key.text())
      .set("srtUrl", srt_url)
      .set("srtStreamId", srt_stream_id.text())
      .set("srtPassphrase", srt_passphrase.text())
      .set("since", since.time_since_epoch().count())
      .dump();
}

std::optional<credentials> credentials::from_text(std::string_view text) {
  auto parsed = json::document::parse(text);
  if (!parsed || !parsed->root().is_object()) return std::nullopt;
  json::value root = parsed->root();
  return credentials{.whip_url = crypto::secret{text_in(root["whipUrl"])},
                     .rtmps_url = text_in(root["rtmpsUrl"]),
                     .rtmps_key = crypto::secret{text_in(root["rtmpsKey"])},
                     .srt_url = text_in(root["srtUrl"]),
                     .srt_stream_id = crypto::secret{text_in(root["srtStreamId"])},
                     .srt_passphrase = crypto::secret{text_in(root["srtPassphrase"])},
                     .since =
                         edge::timestamp{std::chrono::microseconds{root["since"].integer().value_or(0)}}};
}

} // namespace streams
