#include "api.h"

#include "access_token.h"
#include "edge/http/cors.h"
#include "edge/http/problem.h"
#include "ice_fragment.h"
#include "offer.h"

#include <algorithm>
#include <chrono>
#include <ranges>
#include <utility>

namespace relay {

namespace {

edge::response problem(int status, edge::literal type, edge::literal title, std::string detail,
                       edge::headers headers = {}) {
  return edge::to_response({.status = status,
                            .type = type,
                            .title = title,
                            .detail = std::move(detail),
                            .headers = std::move(headers)},
                           {});
}

edge::response not_found() { return problem(404, "not-found", "Not found", "This address does not exist."); }

edge::response method_not_allowed(std::string allowed) {
  return problem(405, "method-not-allowed", "Method not allowed", "Use one of: " + allowed + ".",
                 {{"allow", allowed}});
}

edge::response wrong_type(std::string wanted, const char* accept) {
  return problem(415, "wrong-content-type", "Wrong content type", "Send it as " + wanted + ".",
                 {{accept, wanted}});
}

edge::response too_large() { return problem(413, "too-large", "Too large", "Send at most 64 kB."); }

std::int64_t seconds_now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())
      .time_since_epoch()
      .count();
}

bool has_type(const http_request& asked, std::string_view wanted) {
  std::string_view given = asked.headers.find("content-type").value_or("");
  given = given.substr(0, given.find(';'));
  while (given.ends_with(' ')) {
    given.remove_suffix(1);
  }
  return edge::same_but_for_case(given, wanted);
}

constexpr const char* sdp_type = "application/sdp";
constexpr const char* fragment_type = "application/trickle-ice-sdpfrag";
constexpr const char* endpoint_methods = "POST, OPTIONS"; // DELETE is for the Worker
constexpr const char* session_methods = "PATCH, DELETE, OPTIONS";

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char each) {
    return (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') || (each >= '0' && each <= '9') ||
           each == '-' || each == '_';
  });
}

} // namespace

std::optional<api::place> api::place_of(std::string_view path) {
  bool whip = path.starts_with("/whip/");
  if (!whip && !path.starts_with("/whep/")) {
    return std::nullopt;
  }
  path.remove_prefix(6);
  std::size_t slash = std::min(path.find('/'), path.size());
  place at{.whip = whip, .stream = std::string{path.substr(0, slash)}, .session = {}};
  if (slash < path.size()) {
    at.session = path.substr(slash + 1);
  }
  if (!is_name(at.stream) || (slash < path.size() && !is_name(at.session))) {
    return std::nullopt;
  }
  return at;
}

void api::handle(const http_request& asked, const http_server::respond& respond) {
  auto finish =
      [this, respond, method = asked.method,
       origin = edge::allowed_origin(asked, settings_.allowed_origins).transform([](std::string_view text) {
         return std::string{text};
       })](edge::response answer) {
        http_request from;
        from.method = method;
        if (origin) {
          from.headers.add("origin", *origin);
        }
        add_common_headers(answer, from);
        if (method == "HEAD") {
          answer.body.clear();
        }
        respond(std::move(answer));
      };
  std::string_view path = asked.path();
  bool reads = asked.method == "GET" || asked.method == "HEAD";
  if (auto at = place_of(path)) {
    return at_place(*at, asked, finish);
  }
  if (path == "/healthz") {
    return finish(reads ? health() : method_not_allowed("GET"));
  }
  if (path != "/metrics") {
    return finish(not_found());
  }
  finish(reads ? edge::response{.headers = {{"content-type", "text/plain; version=0.0.4"}},
                                .body = to_prometheus(metrics_)}
               : method_not_allowed("GET"));
}

edge::response api::health() const {
  if (metrics_.draining) {
    return problem(503, "draining", "Relay is shutting down", "This relay accepts no new broadcasts.",
                   {{"retry-after", "5"}});
  }
  return {.headers = {{"content-type", "application/json"}}, .body = R"({"status":"ok"})"};
}

// When the token was issued. It must not have expired when a session begins. Whatever follows is authorised
// by the session, which may outlast the token: its requests, and the return of a lost publisher with the
// token that it had.
std::expected<std::int64_t, edge::problem> api::check(const place& at, const http_request& asked) const {
  auto known = broadcasts_.find(at.stream);
  bool returns = at.whip && known && known->takes_back(bearer_of(asked));
  bool begins = at.session.empty() && !returns;
  return check_access(asked, at.stream, at.whip ? "publish" : "watch", settings_.token_secret,
                      begins ? std::optional{seconds_now()} : std::nullopt);
}

void api::at_place(const place& at, const http_request& asked, const http_server::respond& respond) {
  if (asked.method == "OPTIONS") {
    return respond(options(at, asked));
  }
  if (at.whip && at.session.empty() && asked.method == "DELETE") {
    return close(at, asked, respond);
  }
  if (at.session.empty() && asked.method != "POST") {
    return respond(method_not_allowed(endpoint_methods));
  }
  if (!at.session.empty() && asked.method != "PATCH" && asked.method != "DELETE") {
    return respond(method_not_allowed(session_methods));
  }
  auto access = check(at, asked);
  if (!access) {
    if (at.session.empty()) {
      ++metrics_.offers_refused;
    }
    return respond(edge::to_response(access.error(), {}));
  }
  if (!at.session.empty()) {
    return respond(at_session(at, asked));
  }
  // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDeleteLeaks): a std::function owns what it captures
  offer_session(at, asked, *access, [this, respond](edge::response answer) {
    ++(answer.status == 201 ? metrics_.offers_accepted : metrics_.offers_refused);
    respond(std::move(answer));
  });
}

// The Worker's order to close what is published with tokens from before it.
void api::close(const place& at, const http_request& asked, const http_server::respond& respond) {
  auto ordered = check_access(asked, at.stream, "close", settings_.token_secret, seconds_now());
  if (!ordered) {
    return respond(edge::to_response(ordered.error(), {}));
  }
  // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDeleteLeaks): a std::function owns what it captures
  broadcasts_.close(at.stream, *ordered, [respond] { respond({.status = 204, .headers = {}, .body = {}}); });
}

edge::response api::options(const place& at, const http_request& asked) const {
  std::string methods = at.session.empty() ? endpoint_methods : session_methods;
  edge::response answer{.status = 204, .headers = {{"allow", methods}}, .body = {}};
  answer.headers.add(at.session.empty() ? "accept-post" : "accept-patch",
                     at.session.empty() ? sdp_type : fragment_type);
  if (at.session.empty()) {
    add_ice_servers(answer);
  }
  if (edge::is_preflight(asked)) {
    answer.headers.add("access-control-allow-methods", methods);
    answer.headers.add("access-control-allow-headers", "Authorization, Content-Type, If-Match");
    answer.headers.add("access-control-max-age", "600");
  }
  return answer;
}

void api::offer_session(const place& at, const http_request& asked, std::int64_t issued,
                        const http_server::respond& respond) {
  if (asked.too_large) {
    return respond(too_large());
  }
  if (!has_type(asked, sdp_type)) {
    return respond(wrong_type(sdp_type, "accept-post"));
  }
  auto from = read_offer(asked.body, at.whip ? flow::sends : flow::receives);
  if (!from) {
    return respond(edge::to_response(from.error(), {}));
  }

  // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDeleteLeaks): a std::function owns what it captures
  auto done = [this, at, respond](std::expected<created_session, edge::problem> session) {
    if (!session) {
      return respond(edge::to_response(session.error(), {}));
    }
    std::string location = (at.whip ? "/whip/" : "/whep/") + at.stream + '/' + session->name;
    edge::response answer{.status = 201,
                          .headers = {{"content-type", sdp_type},
                                      {"location", std::move(location)},
                                      {"etag", session->etag},
                                      {"accept-patch", fragment_type}},
                          .body = std::move(session->answer)};
    add_ice_servers(answer);
    respond(std::move(answer));
  };
  if (at.whip) {
    broadcasts_.publish(at.stream, {.token = crypto::secret{std::string{bearer_of(asked)}}, .issued = issued},
                        std::move(*from), done);
  } else {
    broadcasts_.watch(at.stream, std::move(*from), done);
  }
}

edge::response api::at_session(const place& at, const http_request& asked) {
  auto known = broadcasts_.find(at.stream);
  peer_connection* peer =
      known ? at.whip ? known->publisher(at.session) : known->viewer(at.session) : nullptr;
  if (peer == nullptr) {
    return problem(404, "unknown-session", "Unknown session", "This session has ended. Start a new one.");
  }
  if (asked.method == "PATCH") {
    return change_session(asked, *peer);
  }
  if (at.whip) {
    known->finish("the publisher ended it");
  } else {
    known->remove_viewer(at.session);
  }
  return {.status = 204, .headers = {}, .body = {}};
}

// RFC 9725, section 4.3: candidates for the ICE session named in If-Match, or an ICE restart.
edge::response api::change_session(const http_request& asked, peer_connection& peer) {
  if (asked.too_large) {
    return too_large();
  }
  if (!has_type(asked, fragment_type)) {
    return wrong_type(fragment_type, "accept-patch");
  }
  auto condition = asked.headers.find("if-match");
  if (!condition) {
    return problem(428, "precondition-required", "Precondition required",
                   "Send If-Match with the session's ETag, or * for an ICE restart.");
  }
  if (*condition != "*" && *condition != peer.etag()) {
    return problem(412, "precondition-failed", "Precondition failed",
                   "The ICE session was restarted in the meantime. Use its newest ETag.");
  }
  auto fragment = parse_ice_fragment(asked.body);
  if (!fragment) {
    return problem(400, "invalid-fragment", "Not an SDP fragment", fragment.error());
  }
  if (!peer.is_restart(*fragment)) {
    peer.add_candidates(*fragment);
    return {.status = 204, .headers = {}, .body = {}};
  }
  auto ours = peer.restart(*fragment);
  if (!ours) {
    return problem(422, "restart-failed", "ICE restart failed",
                   "ICE cannot be restarted now. Start a new session.");
  }
  ++metrics_.ice_restarts;
  return {.headers = {{"content-type", fragment_type}, {"etag", peer.etag()}},
          .body = to_text(*ours, peer.mid(), "audio")};
}

void api::add_ice_servers(edge::response& answer) const {
  for (const std::string& each : settings_.ice_servers) {
    answer.headers.add("link", '<' + each + ">; rel=\"ice-server\"");
  }
}

void api::add_common_headers(edge::response& answer, const http_request& asked) const {
  answer.headers.add("cache-control", "no-store");
  answer.headers.add("x-content-type-options", "nosniff");
  if (settings_.allowed_origins.empty()) {
    return;
  }
  answer.headers.add("vary", "Origin");
  auto origin = asked.headers.find("origin");
  if (!origin) {
    return;
  }
  answer.headers.add("access-control-allow-origin", std::string{*origin});
  answer.headers.add("access-control-expose-headers", "Location, ETag, Link, Retry-After");
}

} // namespace relay
