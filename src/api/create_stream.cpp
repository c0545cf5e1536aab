#include "api/create_stream.h"

#include "api/create_once.h"
#include "api/creation.h"
#include "api/json_body.h"
#include "api/output_fields.h"
#include "mux/settings.h"
#include "streams/relay_settings.h"

#include <algorithm>

namespace api {

namespace {

using streams::ingest_plan;
using streams::streaming_method;

struct available {
  bool relay;
  bool mux;
};

std::optional<std::string_view> fault_of_plan(streaming_method method, ingest_plan plan, available here) {
  if (!is_possible(method, plan)) return "be auto, cloudflare or mux: the relay takes a browser's WHIP only";
  if (plan == ingest_plan::relay && !here.relay) return "be another one: this deployment has no relay";
  if (plan == ingest_plan::mux && !here.mux) return "be another one: this deployment has no Mux credentials";
  return std::nullopt;
}

// One of them stays for the backup.
std::vector<streams::wanted_output> read_outputs(json_fields& fields, ingest_plan plan) {
  std::vector<streams::wanted_output> outputs;
  bool twice = false;
  fields.objects("outputs", most_outputs - 1, [&](json_fields& each) {
    outputs.push_back(read_output(each));
    auto same = [&](const auto& other) {
      return other.url == outputs.back().url && other.stream_key.matches(outputs.back().stream_key.bytes());
    };
    twice = twice || std::ranges::count_if(outputs, same) > 1;
  });
  if (twice) fields.must("outputs", "not hold the same one twice");
  if (!outputs.empty() && plan == ingest_plan::mux)
    fields.must("outputs", "be empty where the ingest is mux: it is Cloudflare that sends on");
  return outputs;
}

std::expected<streams::wanted_stream, edge::problem> read_wanted(const json::document& body,
                                                                 std::string subject, available here) {
  json_fields fields{body};
  streams::wanted_stream wanted{.title = fields.required_text("title", longest_title),
                                .memorial_id = fields.id("memorialId"),
                                .backup = fields.boolean("enableMuxBackup").value_or(true),
                                .created_by = std::move(subject)};
  auto method =
      streams::streaming_method_named(fields.required_word("streamingMethod", {"whip_browser", "obs"}));
  wanted.method = method.value_or(streaming_method::whip_browser);
  auto plan = streams::ingest_plan_named(fields.word("ingest", {"auto", "cloudflare", "relay", "mux"}));
  wanted.ingest = plan.value_or(best_plan(wanted.method, here.relay));
  if (method) fields.must("ingest", fault_of_plan(wanted.method, wanted.ingest, here));
  wanted.outputs = read_outputs(fields, wanted.ingest);
  wanted.visibility = read_visibility(fields);
  return fields.check().transform([&] { return std::move(wanted); });
}

edge::task<edge::answer> create(const creation_request& asked) {
  const edge::environment& environment = asked.request.host.settings();
  const available here{.relay = streams::relay_settings::read(environment).has_value(),
                       .mux = mux::settings::read(environment).has_value()};
  streams::wanted_stream wanted = co_await read_wanted(asked.body, asked.user.subject, here);
  wanted.identity = asked.identity;
  co_await co_await check_memorial(asked.request, asked.user, wanted.memorial_id);
  auto made = co_await co_await make_stream(asked.request, asked.settings, std::move(wanted));
  co_return created_answer(asked.request, made);
}

} // namespace

edge::task<edge::answer> create_stream(edge::context& request) { return create_once(request, create); }

} // namespace api
