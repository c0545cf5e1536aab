// Outputs.
#include "cloudflare/api.h"
#include "cloudflare/reading.h"
#include "json/reader.h"
#include "json/writer.h"

#include <utility>

namespace cloudflare {

using providers::malformed;

namespace {

constexpr std::string_view outputs = "/outputs";

} // namespace

edge::task<edge::outcome<output>> api::create_output(std::string_view live_input_id, std::string_view url,
                                                     const crypto::secret& stream_key, bool enabled) {
  return ask_for_output(
      {.label = "cloudflare-create-output",
       .step = "create the Cloudflare output",
       .method = "POST",
       .path = live_inputs,
       .id = live_input_id,
       .rest = outputs,
       .body =
           json::object().set("url", url).set("streamKey", stream_key.text()).set("enabled", enabled).dump()},
      enabled);
}

edge::task<edge::outcome<output>> api::set_output_enabled(std::string_view live_input_id,
                                                          std::string_view output_id, bool enabled) {
  return ask_for_output({.label = "cloudflare-update-output",
                         .step = "switch the Cloudflare output",
                         .method = "PUT",
                         .path = live_inputs,
                         .id = live_input_id,
                         .rest = outputs,
                         .second_id = output_id,
                         .body = json::object().set("enabled", enabled).dump()},
                        enabled);
}

edge::task<edge::outcome<std::vector<output>>> api::list_outputs(std::string_view live_input_id) {
  constexpr std::string_view step = "list the Cloudflare outputs";
  const auto answer = co_await client_.ask({.label = "cloudflare-list-outputs",
                                            .step = step,
                                            .path = live_inputs,
                                            .id = live_input_id,
                                            .rest = outputs});
  const json::value result = answer.root()["result"];
  if (!result.is_array()) {
    co_return std::unexpected(malformed(step));
  }
  std::vector<output> found;
  for (const json::value& each : result.elements()) {
    auto read = output_in(each);
    if (!read) {
      co_return std::unexpected(malformed(step));
    }
    found.push_back(*std::move(read));
  }
  co_return found;
}

edge::task<edge::status> api::delete_output(std::string_view live_input_id, std::string_view output_id) {
  return client_.carry_out({.label = "cloudflare-delete-output",
                            .step = "delete the Cloudflare output",
                            .method = "DELETE",
                            .path = live_inputs,
                            .id = live_input_id,
                            .rest = outputs,
                            .second_id = output_id},
                           edge::error_kind::not_found);
}

edge::task<edge::outcome<output>> api::ask_for_output(providers::call what, bool enabled) {
  const auto answer = co_await client_.ask(what);
  auto read = output_in(answer.root()["result"]);
  if (!read || (what.second_id && read->id != *what.second_id)) {
    co_return std::unexpected(malformed(what.step));
  }
  if (read->enabled != enabled) {
    co_return std::unexpected(malformed(what.step, enabled ? "it is not enabled" : "it is not disabled"));
  }
  co_return *std::move(read);
}

} // namespace cloudflare
