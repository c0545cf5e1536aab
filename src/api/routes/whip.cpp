// WHIP (RFC 9725) as a proxy: the offer goes to the stream's publish endpoint, and the session gets an
// address of ours. So publishers never see the credential, and it is known when somebody publishes.
#include "api/auth/access.h"
#include "api/http/problems.h"
#include "api/routes/change.h"
#include "api/routes/whip_problems.h"
#include "edge/all.h"
#include "streams/manage/refresh.h"
#include "streams/publish/endpoint.h"
#include "streams/publish/livekit.h"
#include "streams/publish/relay.h"
#include "streams/publish/whip_session.h"
#include "streams/store/credentials.h"
#include "streams/store/due.h"
#include "streams/store/store.h"
#include "whip/client.h"
#include "whip/link_header.h"

#include <optional>
#include <vector>

namespace api {

namespace {

constexpr std::chrono::seconds provider_budget{10};
// How long the answer may wait for the store.
constexpr std::chrono::seconds storing_budget{3};
constexpr std::uint32_t sdp_limit = 64 * 1024;

bool is_gone(int status) { return status == 404 || status == 410; }

void keep_header(edge::response& to, const edge::headers& from, std::string_view name) {
  if (auto value = from.find(name)) {
    to.headers.add(std::string{name}, std::string{*value});
  }
}

bool is_of_type(const edge::request& request, std::string_view wanted) {
  std::string_view given = request.headers.find("content-type").value_or("");
  given = given.substr(0, given.find_first_of("; \t"));
  return edge::same_but_for_case(given, wanted);
}

edge::task<edge::result<whip::endpoint>> endpoint_of(edge::context& request, const stream_access& stream,
                                                     edge::timestamp since) {
  if (stream.record.method != streams::streaming_method::whip_browser) {
    co_return refuse(no_whip);
  }
  if (stream.record.ingest == streams::ingest_plan::livekit) {
    if (!stream.settings.livekit) {
      co_return std::unexpected(no_livekit());
    }
    auto at = co_await attempt(streams::livekit_endpoint(request.host, stream.settings, stream.record));
    if (!at) {
      co_return refuse(provider_failed(could_not(at.error())));
    }
    co_return whip::endpoint{.url = std::move(at->whip_url), .bearer = std::move(at->bearer), .hosts = {}};
  }
  auto secrets = co_await attempt(streams::read_credentials(request.host, stream.settings, stream.record));
  if (!secrets) {
    co_return refuse(credentials_unreadable(secrets.error()));
  }
  auto to = publish_endpoint_of(stream.record, *secrets, stream.settings.relay, since, request.host.now());
  if (!to) {
    co_return std::unexpected(no_relay());
  }
  bool at_cloudflare = stream.record.ingest == streams::ingest_plan::cloudflare;
  co_return whip::endpoint{.url = std::move(to->whip_url),
                           .bearer = std::move(to->bearer),
                           .hosts = at_cloudflare ? stream.settings.cloudflare.playback_hosts
                                                  : std::vector<std::string>{}};
}

struct open_session {
  stream_access stream;
  streams::whip_session session;
};

// Where the session is, whatever the stream's address would be by now.
edge::task<edge::result<whip::endpoint>> endpoint_of(edge::context& request, const open_session& of) {
  // LiveKit's address of a session is all that a request needs.
  if (of.stream.record.ingest == streams::ingest_plan::livekit) {
    co_return whip::endpoint{.url = of.session.url, .bearer = crypto::secret{}, .hosts = {}};
  }
  whip::endpoint to = co_await endpoint_of(request, of.stream, of.session.by.since);
  to.url = of.session.url;
  co_return to;
}

// Stores that publishing has begun (with the sealed session) or ended, and that its fold is due. After the
// answer, it is folded into the record, even if it could not be stored.
edge::task<void> note(edge::context& request, const std::string& stream_id, const streams::change& fact,
                      const std::string& session = {}) {
  const edge::timestamp now = request.host.now();
  streams::store store{request.host, now + storing_budget};
  (void)co_await edge::all(store.facts.put(stream_id, fact, session),
                           store.work.put(streams::pending_change::fold_of(stream_id, fact.id, now)));
  streams::broadcast_state news;
  news.fold(fact);
  request.after_answering([&host = request.host, stream_id, news = std::move(news)] {
    return streams::refresh(host, stream_id, news);
  });
}

// Only the publisher that began the session has its address, and nobody can forge one. So the address is all
// that a request about the session needs: a token that expires in mid-broadcast ends nothing.
edge::task<edge::result<open_session>> find_session(edge::context& request) {
  streams::settings settings = co_await settings_of(request);
  auto session = co_await streams::open_session(request.host, settings.keys, request.parameters.front(),
                                                request.parameters.back());
  if (!session) {
    (void)co_await access::require(request, right::publish);
    co_return refuse(no_such_session);
  }
  stream_access stream = co_await access::load(request, std::move(settings), request.parameters.front());
  co_return open_session{.stream = std::move(stream), .session = std::move(*session)};
}

// Whether the session may go on: neither a token nor an invite that has expired since is a reason to refuse.
edge::result<void> check_right(const open_session& of) {
  if (of.stream.record.desired.ended()) {
    return refuse(stream_has_ended);
  }
  if (of.stream.record.desired.cut_off_since(of.session.by.since)) {
    return refuse(session_stopped);
  }
  return {};
}

edge::response answer_of(const whip::exchange& from, int status, std::string_view media_type) {
  edge::response answer{.status = status, .headers = {}, .body = from.body};
  if (!answer.body.empty()) {
    answer.headers.add("content-type", std::string{media_type});
  }
  keep_header(answer, from.headers, "etag");
  keep_header(answer, from.headers, "accept-patch");
  keep_header(answer, from.headers, "retry-after");
  std::string servers = whip::ice_servers_in(from.headers.find("link").value_or(""));
  if (!servers.empty()) {
    answer.headers.add("link", std::move(servers));
  }
  return answer;
}

// Answers with the new session, which goes on at the relay of the one before.
edge::task<edge::result<>> publish(edge::context& request, stream_access stream, streams::publishing_right by,
                                   std::string relay = {}) {
  if (!is_of_type(request.request, offer_type)) {
    co_return refuse(not_an_offer);
  }
  if (stream.record.desired.ended()) {
    co_return refuse(stream_has_ended);
  }
  std::string offer = co_await edge::read_body(request, sdp_limit);
  if (offer.empty()) {
    co_return refuse(no_body);
  }
  co_await streams::choose_relay(request.host, stream.settings, stream.record, relay);
  const whip::endpoint endpoint = co_await endpoint_of(request, stream, by.since);
  whip::client client{request.host, endpoint, request.host.now() + provider_budget};
  auto made = co_await attempt(client.post(std::move(offer)));
  if (!made) {
    co_return refuse(provider_did_not_answer(made.error()));
  }
  if (made->status != 201) {
    co_return refuse(problem_for(*made, refusal_of(made->status, false)));
  }
  auto url = client.session_of(*made);
  if (!url || made->body.empty()) {
    co_return refuse(provider_failed("could not make out what the provider answered"));
  }
  auto session = streams::whip_session::begin(request.host, std::move(*url), std::move(by));
  if (stream.settings.relay && needs_relay(stream.record.method, stream.record.ingest)) {
    session.relay = stream.settings.relay->url_for(stream.record.id);
  }
  auto sealed =
      co_await attempt(streams::seal_session(request.host, stream.settings.keys, stream.record.id, session));
  if (!sealed) {
    co_return refuse(store_unavailable);
  }
  streams::change begun = session.begin_fact();
  begun.by = request.caller;
  co_await note(request, stream.record.id, begun, *sealed);
  if (stream.record.ingest == streams::ingest_plan::livekit) {
    // Its webhook tells when the phone is there, unless it is lost.
    constexpr std::chrono::seconds connects_within{3};
    (void)co_await attempt(
        set_due(request.host, stream.record.id, streams::due::check, request.host.now() + connects_within));
  }
  edge::response answer = answer_of(*made, 201, offer_type);
  answer.headers.add("location", "/api/streams/" + stream.record.id + "/whip/" + *sealed);
  co_return answer;
}

} // namespace

// POST /api/streams/{id}/whip with an offer (application/sdp, 64 kB), for owners and bearers of an invite to
// publish. Answers 201 with the provider's answer, its ETag, Accept-Patch and Link (STUN and TURN servers),
// and the session in Location. 409 when the stream has ended. An offer that the provider refuses gets the
// provider's status; 502, 503 and 504 when the provider fails, with its Retry-After.
edge::task<edge::result<>> begin_publishing(edge::context& request) {
  const edge::timestamp now = request.host.now();
  stream_access stream = co_await access::require(request, right::publish);
  const bool is_user = stream.user && !stream.user->admin;
  streams::publishing_right by{.since = now,
                               .invite = stream.invite ? stream.invite->id : std::string{},
                               .user = is_user ? stream.user->subject : std::string{}};
  co_return co_await publish(request, std::move(stream), std::move(by));
}

// DELETE /api/streams/{id}/whip, for owners, admins and the bearer of the invite that publishes: stops
// the publisher, and answers 204, also if nobody does. The session does not go on (410), whatever address
// or token the phone has; who is still allowed to publish may begin another one.
edge::task<edge::result<>> stop_publishing(edge::context& request) {
  stream_access stream = co_await access::require(request, right::monitor);
  if (stream.record.method != streams::streaming_method::whip_browser) {
    co_return refuse(no_whip);
  }
  if (stream.invite) {
    const auto session = co_await streams::newest_session(request.host, stream.settings.keys, stream.record);
    if (!session || session->by.invite != stream.invite->id) {
      co_return refuse(no_such_session);
    }
  }
  co_await stop_phone(request, stream.settings, stream.record);
  co_return edge::response{.status = 204, .headers = {}, .body = {}};
}

// POST /app/{key}/whip?stream={id} with an offer: the same with the stream key of a stream that Mux ingests,
// at an address in the form that callers of /api/streams/create know. The session is below /api/streams.
edge::task<edge::result<>> publish_by_key(edge::context& request) {
  streams::settings settings = co_await settings_of(request);
  const std::string id = request.request.query("stream").value_or("");
  stream_access stream = co_await access::load(request, std::move(settings), id);
  const auto secrets =
      co_await attempt(streams::read_credentials(request.host, stream.settings, stream.record));
  const bool admitted = stream.record.ingest == streams::ingest_plan::mux && secrets &&
                        secrets->rtmps_key.matches(request.parameters.front());
  if (!admitted) {
    co_return refuse(no_such_stream);
  }
  co_return co_await publish(request, std::move(stream), {.since = request.host.now()});
}

// POST /api/streams/{id}/whip/{session} with an offer: goes on with a broadcast whose session was lost, in a
// new session. Answers as the POST of the first one does. The session authorises this for twelve hours,
// whatever expires meanwhile. 409 when the stream has ended; 410 when the phone was stopped, its invite was
// revoked, the stream's credentials were replaced, or its memorial does not admit the user any more.
edge::task<edge::result<>> publish_again(edge::context& request) {
  open_session before = co_await find_session(request);
  co_await check_right(before);
  const edge::timestamp now = request.host.now();
  if (now >= before.session.begun + streams::whip_session::longest) {
    co_return refuse(no_such_session);
  }
  streams::publishing_right& by = before.session.by;
  if (!by.invite.empty()) {
    streams::store store{request.host, now + stream_budget};
    const auto invite = co_await attempt(store.invites.get(before.stream.record.id, by.invite));
    if (invite && *invite && (*invite)->revoked_at) {
      co_return refuse(session_stopped);
    }
  }
  const auto& memorial_id = before.stream.record.memorial_id;
  if (!by.user.empty() && memorial_id) {
    streams::store store{request.host, now + stream_budget};
    const auto memorial = co_await attempt(store.memorials.get(*memorial_id));
    if (memorial && *memorial && !(*memorial)->admits(by.user)) {
      co_return refuse(session_stopped);
    }
  }
  co_return co_await publish(request, std::move(before.stream), std::move(by),
                             std::move(before.session.relay));
}

// PATCH /api/streams/{id}/whip/{session} with a fragment (application/trickle-ice-sdpfrag, 64 kB) and
// If-Match: candidates, or an ICE restart. Answers as the provider does, with its ETag: 200 with a fragment,
// 204, or a refusal such as 405, 412, 422 and 428. 404 for a session that has ended or belongs to another
// stream; 409 and 410 as for a POST.
edge::task<edge::result<>> patch_session(edge::context& request) {
  open_session found = co_await find_session(request);
  co_await check_right(found);
  if (!is_of_type(request.request, fragment_type)) {
    co_return refuse(not_a_fragment);
  }
  std::string fragment = co_await edge::read_body(request, sdp_limit);
  if (fragment.empty()) {
    co_return refuse(no_body);
  }
  const whip::endpoint endpoint = co_await endpoint_of(request, found);
  whip::client client{request.host, endpoint, request.host.now() + provider_budget};
  auto answer = co_await attempt(
      client.patch(found.session.url, std::move(fragment), request.request.headers.find("if-match")));
  if (!answer) {
    co_return refuse(provider_did_not_answer(answer.error()));
  }
  if (answer->status != 200 && answer->status != 204) {
    co_return refuse(problem_for(*answer, refusal_of(answer->status, true)));
  }
  co_return answer_of(*answer, answer->status, fragment_type);
}

// DELETE /api/streams/{id}/whip/{session}: ends it and answers 200, also if it has ended.
edge::task<edge::result<>> end_publishing(edge::context& request) {
  open_session found = co_await find_session(request);
  const whip::endpoint endpoint = co_await endpoint_of(request, found);
  whip::client client{request.host, endpoint, request.host.now() + provider_budget};
  auto answer = co_await attempt(client.remove(found.session.url));
  if (!answer) {
    co_return refuse(provider_did_not_answer(answer.error()));
  }
  bool done = answer->status >= 200 && answer->status < 300;
  if (!done && !is_gone(answer->status)) {
    co_return refuse(problem_for(*answer, nullptr));
  }
  co_await note(request, found.stream.record.id, found.session.end_fact(request.host.now()));
  co_return edge::response{.status = 200, .headers = {}, .body = {}};
}

// OPTIONS /api/streams/{id}/whip, for clients other than browsers: tells what it accepts.
edge::task<edge::result<>> publishing_options(edge::context&) {
  co_return edge::response{.status = 204, .headers = {{"accept-post", std::string{offer_type}}}, .body = {}};
}

} // namespace api
