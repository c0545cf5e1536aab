#include "streams/model/stream.h"

#include "json/reader.h"
#include "json/writer.h"
#include "providers/stored_time.h"

#include <algorithm>

namespace streams {

namespace {

json::object write_cloudflare(const cloudflare_side& from) {
  json::object to;
  to.set("liveInputId", from.live_input_id).set("customerUrl", from.customer_url);
  return to;
}

std::optional<cloudflare_side> read_cloudflare(const json::value& from) {
  if (!from.is_object()) {
    return std::nullopt;
  }
  return cloudflare_side{.live_input_id = from["liveInputId"].text_or_empty(),
                         .customer_url = from["customerUrl"].text_or_empty()};
}

} // namespace

cloudflare_side cloudflare_side::of(const cloudflare::live_input& input) {
  return {.live_input_id = input.id, .customer_url = input.customer_url};
}

std::string cloudflare_side::below(std::string_view id, std::string_view rest) const {
  return (customer_url + '/').append(id).append(rest);
}

edge::timestamp stream_record::updated_at() const {
  return std::max({created_at, broadcasts.newest_fact().value_or(created_at),
                   desired.newest_change().value_or(created_at)});
}

visibility stream_record::current_visibility() const {
  using enum streams::visibility;
  const auto& asked = desired.is_private();
  return !asked ? visibility : (asked.value() ? private_stream : public_stream);
}

std::vector<recording_source> stream_record::recorded_at() const {
  auto promised = promise_of(method, ingest).recorded_at;
  std::vector<recording_source> places{promised.begin(), promised.end()};
  bool includes_mux = ingest == ingest_plan::mux || simulcast_enabled();
  if (!includes_mux) {
    std::erase(places, recording_source::mux);
  }
  return places;
}

void stream_record::join(const desired_state& changes) {
  desired.join(changes);
  if (!desired.backup()) {
    return;
  }
  mux = desired.backup().value();
  std::erase_if(warnings, [](const warning& each) { return each.code == backup_unavailable; });
}

std::string stream_record::to_text() const {
  json::array warned;
  for (const warning& each : warnings) {
    warned.add(json::object().set("code", each.code).set("detail", each.detail));
  }
  json::object to;
  to.set("id", id)
      .set("title", title)
      .set("memorialId", memorial_id)
      .set("createdBy", created_by)
      .set("createdAt", edge::to_microseconds(created_at))
      .set("method", name_of(method))
      .set("ingest", name_of(ingest))
      .set("visibility", name_of(visibility))
      .set("warnings", std::move(warned))
      .set("broadcasts", broadcasts.to_json())
      .set("asked", desired.to_json())
      .set("foldedAt", edge::to_microseconds(folded_at));
  if (!told.all().empty()) {
    to.set("told", told.to_json());
  }
  if (phone_copy != phone_copy::automatic) {
    to.set("phoneCopy", name_of(phone_copy));
  }
  if (cloudflare) {
    to.set("cloudflare", write_cloudflare(*cloudflare));
  }
  if (mux) {
    to.set("mux", mux->to_json());
  }
  return to.dump();
}

std::optional<stream_record> stream_record::from_text(std::string_view text) {
  auto parsed = json::document::parse(text);
  if (!parsed) {
    return std::nullopt;
  }
  json::value from = parsed->root();
  auto created_at = providers::stored_time(from["createdAt"]);
  auto broadcasts = broadcast_state::from_json(from["broadcasts"]);
  if (!from["id"].text() || !created_at || !broadcasts) {
    return std::nullopt;
  }
  stream_record to{
      .id = from["id"].text_or_empty(),
      .title = from["title"].text_or_empty(),
      .memorial_id = from["memorialId"].text().transform([](auto id) { return std::string{id}; }),
      .created_by = from["createdBy"].text_or_empty(),
      .created_at = *created_at,
      // The oldest records name neither.
      .method = streaming_method_named(from["method"].text()).value_or(streaming_method::whip_browser),
      .ingest = ingest_plan_named(from["ingest"].text()).value_or(ingest_plan::cloudflare),
      .visibility = visibility_named(from["visibility"].text()).value_or(visibility::public_stream),
      .phone_copy = phone_copy_named(from["phoneCopy"].text()),
      .cloudflare = read_cloudflare(from["cloudflare"]),
      .mux = mux_side::from_json(from["mux"]),
      .sealed_credentials = {},
      .warnings = {},
      .broadcasts = std::move(*broadcasts),
      .desired = {},
      .folded_at = providers::stored_time(from["foldedAt"]).value_or(*created_at)};
  for (const json::value& each : from["warnings"].elements()) {
    to.warnings.push_back({each["code"].text_or_empty(), each["detail"].text_or_empty()});
  }
  to.join(desired_state::from_json(from["asked"]));
  to.told = told_events::from_json(from["told"]);
  return to;
}

std::optional<warning> plan_warning(const stream_record& stream) {
  if (promise_of(stream.method, stream.ingest).verified || !stream.broadcasts.recordings().empty()) {
    return std::nullopt;
  }
  return warning{
      "recording_unsupported",
      "Cloudflare does not record what a browser publishes, and does not send it on. For a recording, "
      "create a stream that uses a relay, or one for OBS."};
}

} // namespace streams
