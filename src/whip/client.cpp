#include "whip/client.h"

#include "edge/http/url.h"
#include "providers/fields.h"
#include "providers/rest_client.h"

#include <algorithm>

namespace whip {

using providers::malformed;

namespace {

constexpr std::size_t longest_url = 2048;

bool is_redirect(int status) { return status == 307 || status == 308; }

} // namespace

edge::task<edge::outcome<exchange>> client::post(std::string offer) {
  return send({.label = "whip-publish",
               .step = "begin the broadcast at the provider",
               .method = "POST",
               .url = std::string{to_.url.text()},
               .headers = {{"Content-Type", "application/sdp"}, {"Accept", "application/sdp"}},
               .body = std::move(offer)});
}

edge::task<edge::outcome<exchange>> client::patch(const crypto::secret& session, std::string fragment,
                                                  std::optional<std::string_view> precondition) {
  edge::headers fields{{"Content-Type", "application/trickle-ice-sdpfrag"}};
  if (precondition) {
    fields.add("If-Match", std::string{*precondition});
  }
  return send({.label = "whip-patch",
               .step = "change the broadcast's connection at the provider",
               .method = "PATCH",
               .url = std::string{session.text()},
               .headers = std::move(fields),
               .body = std::move(fragment)});
}

edge::task<edge::outcome<exchange>> client::remove(const crypto::secret& session) {
  return send({.label = "whip-stop",
               .step = "end the broadcast at the provider",
               .method = "DELETE",
               .url = std::string{session.text()},
               .headers = {},
               .body = {}});
}

edge::task<edge::outcome<exchange>> client::send(call what) {
  if (!to_.bearer.empty()) {
    what.headers.add("Authorization", "Bearer " + std::string{to_.bearer.text()});
  }
  for (int redirects = 0; redirects <= most_redirects; ++redirects) {
    if (!is_allowed(what.url)) {
      co_return std::unexpected(malformed(what.step, "it leads to a host that is not the provider's"));
    }
    auto answer = co_await attempt(host_.fetch(what.label,
                                               {.method = what.method,
                                                .url = what.url,
                                                .headers = what.headers,
                                                .body = what.body,
                                                .timeout = call_timeout,
                                                .body_limit = answer_limit},
                                               deadline_));
    if (!answer) {
      answer.error().what = what.step;
      co_return std::unexpected(answer.error());
    }
    const auto location = answer->headers.find("location");
    if (!is_redirect(answer->status) || !location) {
      co_return exchange{.status = answer->status,
                         .headers = std::move(answer->headers),
                         .body = std::move(answer->body),
                         .url = crypto::secret{std::move(what.url)}};
    }
    what.url = edge::resolve_url(what.url, *location);
  }
  co_return std::unexpected(malformed(what.step, "it redirects too often"));
}

std::optional<crypto::secret> client::session_of(const exchange& made) const {
  const auto location = made.headers.find("location");
  if (!location) {
    return std::nullopt;
  }
  std::string url = edge::resolve_url(made.url.text(), *location);
  return is_allowed(url) ? std::optional{crypto::secret{std::move(url)}} : std::nullopt;
}

bool client::is_allowed(std::string_view url) const {
  const auto host = edge::secure_host_of(url);
  if (!host || !providers::is_made_of(url, longest_url, providers::is_visible)) {
    return false;
  }
  // Another port is another service.
  if (edge::port_of(url) != edge::port_of(to_.url.text())) {
    return false;
  }
  return host == edge::secure_host_of(to_.url.text()) ||
         std::ranges::any_of(to_.hosts,
                             [&](std::string_view each) { return edge::is_host_below(*host, each); });
}

} // namespace whip
