#include "streams/stream_record.h"

#include "json/array.h"
#include "json/document.h"
#include "json/object.h"

#include <algorithm>

namespace streams {

namespace {

std::string text_in(const json::value& from) { return std::string{from.text().value_or("")}; }

json::object write_cloudflare(const cloudflare_side& from) {
  json::object to;
  to.set("liveInputId", from.live_input_id)
      .set("customerUrl", from.customer_url)
      .set("whepUrl", from.whep_url)
      .set("hlsUrl", from.hls_url)
      .set("dashUrl", from.dash_url);
  return to;
}

cloudflare_side read_cloudflare(const json::value& from) {
  return {.live_input_id = text_in(from["liveInputId"]),
          .customer_url = text_in(from["customerUrl"]),
          .whep_url = text_in(from["whepUrl"]),
          .hls_url = text_in(from["hlsUrl"]),
          .dash_url = text_in(from["dashUrl"])};
}

json::object write_mux(const mux_side& from) {
  json::object to;
  to.set("liveStreamId", from.live_stream_id)
      .set("playbackId", from.playback_id)
      .set("outputId", from.output_id);
  return to;
}

std::optional<mux_side> read_mux(const json::value& from) {
  if (!from.is_object()) return std::nullopt;
  return mux_side{.live_stream_id = text_in(from["liveStreamId"]),
                  .playback_id = text_in(from["playbackId"]),
                  .output_id = text_in(from["outputId"])};
}

} // namespace

cloudflare_side cloudflare_side::of(const cloudflare::live_input& input) {
  return {.live_input_id = input.id,
          .customer_url = input.customer_url,
          .whep_url = input.whep_url,
          .hls_url = input.hls_url,
          .dash_url = input.dash_url};
}

std::string cloudflare_side::below(std::string_view id, std::string_view rest) const {
  return (customer_url + '/').append(id).append(rest);
}

mux_side mux_side::of(const mux::live_stream& live_stream, std::string_view output_id) {
  return {.live_stream_id = live_stream.id,
          .playback_id = live_stream.playback ? live_stream.playback->id : "",
          .output_id = std::string{output_id}};
}

edge::timestamp stream_record::updated_at() const {
  return std::max({created_at, broadcasts.newest_fact().value_or(created_at),
                   asked.newest_change().value_or(created_at)});
}

std::string stream_record::to_text() const {
  json::array told;
  for (const warning& each : warnings)
    told.add(json::object().set("code", each.code).set("detail", each.detail));
  json::object to;
  to.set("id", id)
      .set("title", title)
      .set("memorialId", memorial_id)
      .set("createdBy", created_by)
      .set("createdAt", created_at.time_since_epoch().count())
      .set("cloudflare", write_cloudflare(cloudflare))
      .set("sealedCredentials", sealed_credentials)
      .set("warnings", std::move(told))
      .set("broadcasts", broadcasts.to_json())
      .set("asked", asked.to_json());
  if (mux) to.set("mux", write_mux(*mux));
  return to.dump();
}

std::optional<stream_record> stream_record::from_text(std::string_view text) {
  auto parsed = json::document::parse(text);
  if (!parsed) return std::nullopt;
  json::value from = parsed->root();
  auto created_at = from["createdAt"].integer();
  auto broadcasts = broadcast_state::from_json(from["broadcasts"]);
  if (!from["id"].text() || !created_at || !broadcasts) return std::nullopt;
  stream_record to{.id = text_in(from["id"]),
                   .title = text_in(from["title"]),
                   .memorial_id =
                       from["memorialId"].text().transform([](auto id) { return std::string{id}; }),
                   .created_by = text_in(from["createdBy"]),
                   .created_at = edge::timestamp{std::chrono::microseconds{*created_at}},
                   .cloudflare = read_cloudflare(from["cloudflare"]),
                   .mux = read_mux(from["mux"]),
                   .sealed_credentials = text_in(from["sealedCredentials"]),
                   .warnings = {},
                   .broadcasts = std::move(*broadcasts),
                   .asked = management::from_json(from["asked"])};
  for (const json::value& each : from["warnings"].elements())
    to.warnings.push_back({text_in(each["code"]), text_in(each["detail"])});
  return to;
}

} // namespace streams
