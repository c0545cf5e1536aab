// The viewer's page, with a head that says what it shows: for previews of links, which do not run the app.
#include "api/auth/access.h"
#include "api/http/json_answer.h"
#include "api/http/problems.h"
#include "edge/clock.h"
#include "mux/playback.h"
#include "streams/model/stream_id.h"
#include "streams/store/store.h"
#include "streams/watch/playback.h"
#include "streams/watch/schedule.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace api {

namespace {

constexpr std::uint32_t page_limit = 64 * 1024; // bytes

// The host of this deployment's own assets: see worker/operations.js.
constexpr std::string_view assets = "https://assets.invalid";

constexpr edge::problem_type no_page{.status = 503,
                                     .type = "page-unavailable",
                                     .title = "The page cannot be loaded now",
                                     .detail = "Try again in a few seconds."};

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char each : text) {
    switch (each) {
    case '&': safe += "&amp;"; break;
    case '<': safe += "&lt;"; break;
    case '>': safe += "&gt;"; break;
    case '"': safe += "&quot;"; break;
    default: safe += each;
    }
  }
  return safe;
}

// For everybody, so in UTC: "Starts on 2026-12-05 at 14:00 UTC."
std::string announcement(edge::timestamp start) {
  const std::string time = edge::format_timestamp(start);
  return "Starts on " + time.substr(0, 10) + " at " + time.substr(11, 5) + " UTC.";
}

std::string_view state_of(const streams::playback& now) {
  switch (now.status) {
  case streams::playback_status::ready: return "Not live yet. The broadcast starts on this page.";
  case streams::playback_status::live: return "Live now.";
  case streams::playback_status::processing:
  case streams::playback_status::completed: break;
  }
  return now.recorded() ? "Watch the recording." : "The broadcast is over.";
}

// What the page shows now, and the owner's description.
std::string summary_of(const streams::stream_record& stream, const streams::playback& now,
                       edge::timestamp time) {
  const auto start = streams::start_of(stream);
  const bool is_ahead = now.status == streams::playback_status::ready && start && *start > time;
  std::string text = is_ahead ? announcement(*start) : std::string{state_of(now)};
  if (const auto description = streams::description_of(stream)) {
    text.append(" ").append(*description);
  }
  return text;
}

std::optional<std::string> picture_of(const streams::stream_record& stream, const streams::playback& now,
                                      const edge::host& host) {
  if (const auto cover = streams::cover_of(stream)) {
    return std::string{*cover};
  }
  const streams::playback_addresses played{stream.cloudflare, mux::playback_urls::read(host.settings())};
  if (now.status == streams::playback_status::live) {
    return streams::live_addresses::of(stream, nullptr, played, std::nullopt, host.now()).poster;
  }
  const auto* recorded = now.recorded();
  return recorded ? played.thumbnail(*recorded->playable()) : std::nullopt;
}

// The elements for previews (The Open Graph protocol, https://ogp.me).
std::string head_of(const streams::stream_record& stream, std::string_view origin, const edge::host& host) {
  const streams::playback now = streams::playback_of(stream, host.now());
  const std::string title = escaped(stream.current_title());
  const std::string summary = escaped(summary_of(stream, now, host.now()));
  const auto picture = picture_of(stream, now, host);
  std::string head = "<title>" + title + " · WHIP-Mux</title>"; // as the app sets it
  const auto add = [&head](std::string_view attribute, std::string_view name, std::string_view content) {
    head.append("<meta ").append(attribute).append("=\"").append(name);
    head.append("\" content=\"").append(content).append("\">");
  };
  add("name", "description", summary);
  add("property", "og:type", "video.other");
  add("property", "og:site_name", "WHIP-Mux");
  add("property", "og:title", title);
  add("property", "og:description", summary);
  add("property", "og:url", escaped(std::string{origin} + "/watch/" + stream.id));
  add("property", "og:image", escaped(picture.value_or(std::string{origin} + "/icon-512.png")));
  add("name", "twitter:card", picture ? "summary_large_image" : "summary");
  return head;
}

// Removes what stands between the texts, and the texts. Returns where that was, or npos.
std::size_t cut(std::string& page, std::string_view from, std::string_view to) {
  const std::size_t begin = page.find(from);
  const std::size_t end = page.find(to, begin);
  if (end == std::string::npos) {
    return end;
  }
  page.erase(begin, end + to.size() - begin);
  return begin;
}

// A Content-Security-Policy that also allows pictures of the cover's origin.
std::string policy_with(std::string_view cover, std::string policy) {
  constexpr std::string_view scheme = "https://";
  constexpr std::string_view pictures = "img-src ";
  const std::size_t place = policy.find(pictures);
  if (!cover.empty() && place != std::string::npos) {
    const std::string_view origin = cover.substr(0, cover.find_first_of("/?#", scheme.size()));
    policy.insert(place + pictures.size(), std::string{origin} + ' ');
  }
  return policy;
}

// The stream, if it can be read and anyone may see it.
edge::task<std::optional<streams::stream_record>> public_stream(streams::store& store, std::string_view id) {
  if (!streams::is_stream_id(id)) {
    co_return std::nullopt;
  }
  auto found = co_await attempt(store.streams.get_record(id));
  if (!found || !*found || (*found)->desired.deleted() || (*found)->is_private()) {
    co_return std::nullopt;
  }
  co_return *std::move(found);
}

} // namespace

// GET /watch/{id}, for anyone: the app's page. Of a public stream, it has the title, a description and a
// picture, and may show its cover. A private or unknown stream has the page that any other address has.
edge::task<edge::result<>> get_watch_page(edge::context& request) {
  const std::string& id = request.parameters.front();
  const edge::timestamp deadline = request.host.now() + stream_budget;
  std::string url{assets};
  auto page = co_await attempt(request.host.fetch("page",
                                                  {.method = "GET",
                                                   .url = url.append(request.request.path()),
                                                   .headers = {},
                                                   .body = {},
                                                   .timeout = stream_budget,
                                                   .body_limit = page_limit},
                                                  deadline));
  if (!page || page->status != 200) {
    co_return refuse(no_page);
  }
  streams::store store{request.host, deadline};
  std::string cover;
  if (const auto stream = co_await public_stream(store, id)) {
    cover = streams::cover_of(*stream).value_or("");
    (void)cut(page->body, "<meta name=\"description\"", ">");
    const std::size_t place = cut(page->body, "<title>", "</title>");
    if (place != std::string::npos) {
      page->body.insert(place, head_of(*stream, request.request.origin(), request.host));
    }
  }
  edge::response answer =
      tagged(request.request, {.status = 200, .headers = {}, .body = std::move(page->body)});
  for (const auto& [name, value] : page->headers) {
    // Their length and their tag were those of the file.
    if (name == "content-type" || name.ends_with("-policy") || name == "x-content-type-options") {
      answer.headers.add(name, name == "content-security-policy" ? policy_with(cover, value) : value);
    }
  }
  answer.headers.add("cache-control", "public, max-age=5");
  co_return answer;
}

} // namespace api
