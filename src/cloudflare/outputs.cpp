// Outputs.
#include "cloudflare/api.h"
#include "cloudflare/reading.h"
#include "json/writer.h"

#include <utility>

namespace cloudflare {

namespace {

constexpr std::string_view outputs_of_it = "/outputs";

} // namespace

edge::task<edge::outcome<output>> api::create_output(std::string_view live_input_id, std::string_view url,
                                                     const crypto::secret& stream_key, bool enabled) {
  return ask_for_output(
      {.label = "cloudflare-create-output",
       .step = "create the Cloudflare output",
       .method = "POST",
       .id = live_input_id,
       .rest = outputs_of_it,
       .body =
           json::object().set("url", url).set("streamKey", stream_key.text()).set("enabled", enabled).dump()},
      enabled);
}

edge::task<edge::outcome<output>> api::set_output_enabled(std::string_view live_input_id,
                                                          std::string_view output_id, bool enabled) {
  return ask_for_output({.label = "cloudflare-update-output",
                         .step = "switch the Cloudflare output",
                         .method = "PUT",
                         .id = live_input_id,
                         .rest = outputs_of_it,
                         .second_id = output_id,
                         .body = json::object().set("enabled", enabled).dump()},
                        enabled);
}

edge::task<edge::outcome<std::vector<output>>> api::list_outputs(std::string_view live_input_id) {
  constexpr std::string_view step = "list the Cloudflare outputs";
  const auto answer = co_await ask({.label = "cloudflare-list-outputs",
                                    .step = step,
                                    .method = "GET",
                                    .id = live_input_id,
                                    .rest = outputs_of_it});
  const json::value result = answer.root()["result"];
  if (!result.is_array()) {
    co_return std::unexpected(malformed(step));
  }
  std::vector<output> outputs;
  for (const json::value& each : result.elements()) {
    auto read = output_in(each);
    if (!read) {
      co_return std::unexpected(malformed(step));
    }
    outputs.push_back(*std::move(read));
  }
  co_return outputs;
}

edge::task<edge::status> api::delete_output(std::string_view live_input_id, std::string_view output_id) {
  return remove({.label = "cloudflare-delete-output",
                 .step = "delete the Cloudflare output",
                 .method = "DELETE",
                 .id = live_input_id,
                 .rest = outputs_of_it,
                 .second_id = output_id});
}

// The output in the answer, if it is the one that was asked for, switched as was asked.
edge::task<edge::outcome<output>> api::ask_for_output(call what, bool enabled) {
  const std::string_view step = what.step;
  const auto id = what.second_id;
  const auto answer = co_await ask(std::move(what));
  auto read = output_in(answer.root()["result"]);
  if (!read || (id && read->id != *id)) {
    co_return std::unexpected(malformed(step));
  }
  if (read->enabled != enabled) {
    co_return std::unexpected(malformed(step, enabled ? "it is not enabled" : "it is not disabled"));
  }
  co_return *std::move(read);
}

} // namespace cloudflare
