#include "simulation/model_whip.h"

#include "simulation/deployment.h"

#include <algorithm>
#include <optional>

namespace simulation {

namespace {

using answer = edge::operation::fetch::result;

// The stream to which a phone publishes at that address of a relay; nullopt for another address.
std::optional<std::string_view> stream_at_relay(std::string_view url) {
  constexpr std::string_view path = "/whip/";
  for (const std::string_view relay : {first_deployment.relay_url, second_deployment.relay_url}) {
    if (url.starts_with(relay) && url.substr(relay.size()).starts_with(path)) {
      return url.substr(relay.size() + path.size());
    }
  }
  return std::nullopt;
}

answer give(int status) { return {.status = status, .headers = {}, .body = {}}; }

} // namespace

bool model_whip::serves(std::string_view url) {
  return url.starts_with(first_deployment.relay_url) || url.starts_with(second_deployment.relay_url) ||
         url.starts_with("https://customer-");
}

answer model_whip::carry_out(const edge::operation::fetch& call) {
  if (call.method == "POST") {
    return begin(call);
  }
  if (call.method == "DELETE") {
    return end(call.url);
  }
  return give(std::ranges::contains(open_, call.url, &session::url) ? 204 : 404);
}

answer model_whip::begin(const edge::operation::fetch& call) {
  session made{.url = call.url + "/" + chance_.hex(16), .live_input = {}, .stream = {}};
  if (const auto stream = stream_at_relay(call.url)) {
    if (!call.headers.find("authorization")) {
      return give(401);
    }
    made.stream = *stream;
  } else {
    const auto& inputs = cloudflare_.live_inputs();
    const auto input = std::ranges::find(inputs, call.url, &model_cloudflare::live_input::whip_url);
    if (input == inputs.end() || !input->enabled) {
      return give(404);
    }
    made.live_input = input->id;
  }
  open_.push_back(made);
  return {.status = 201,
          .headers = {{"content-type", "application/sdp"}, {"location", made.url}, {"etag", "\"1\""}},
          .body = "v=0"};
}

answer model_whip::end(std::string_view url) {
  const auto stream = stream_at_relay(url);
  const auto gone = std::erase_if(
      open_, [&](const session& each) { return each.url == url || (stream && each.stream == *stream); });
  return give(gone > 0 ? 200 : 404);
}

void model_whip::lose(std::string_view url) {
  std::erase_if(open_, [&](const session& each) { return each.url == url; });
}

} // namespace simulation
