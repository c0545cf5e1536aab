// The room of a stream: a WebSocket over which a page hears every change of what it shows. See
// streams/watch/room.h.
#include "streams/watch/room.h"

#include "api/auth/access.h"
#include "api/http/json_body.h"
#include "api/http/problems.h"
#include "streams/store/due.h"

namespace api {

namespace {

constexpr std::string_view protocol = "whip-mux";

constexpr edge::problem_type not_a_socket{
    .status = 426,
    .type = "upgrade-required",
    .title = "This address takes WebSockets only",
    .detail = "Open it with `new WebSocket(…)`, or ask for the stream's playback or status instead."};

constexpr edge::problem_type room_unavailable{
    .status = 503,
    .type = "room-unavailable",
    .title = "The room takes nobody now",
    .detail = "It is full or did not answer. Ask for the stream's playback or status instead.",
    .header = {"retry-after", "10"}};

// Long enough that two viewers do not draw the same.
bool is_viewer_id(std::string_view text) { return text.size() >= 16 && is_foreign_id(text); }

// A page cannot set the header Authorization of a WebSocket, so its token comes as a protocol and becomes
// that header here. Gives whether the page offers our protocol.
bool read_protocols(edge::request& request) {
  constexpr std::string_view before_token = "bearer.";
  const std::string_view list = request.headers.find("sec-websocket-protocol").value_or("");
  bool offered = false;
  for (const std::string& each : edge::split_list(list)) {
    if (each.starts_with(before_token) && !request.headers.find("authorization")) {
      request.headers.add("authorization", "Bearer " + each.substr(before_token.size()));
    }
    offered = offered || each == protocol;
  }
  return offered;
}

struct entrance {
  streams::room_role role;
  std::string viewer; // empty for the other roles
};

edge::result<entrance> read_entrance(const edge::request& request) {
  const auto role = streams::room_role_named(request.query("as"));
  if (!role) {
    return refuse(invalid_fields({{"as", "must be viewer, publisher or owner"}}));
  }
  entrance by{.role = *role, .viewer = {}};
  if (by.role == streams::room_role::viewer) {
    by.viewer = request.query("viewer").value_or("");
    if (!is_viewer_id(by.viewer)) {
      return refuse(invalid_fields({{"viewer", "must be 16 to 64 letters, digits, '-' or '_'"}}));
    }
  }
  return by;
}

right needed_for(streams::room_role role) {
  switch (role) {
  case streams::room_role::viewer: return right::watch;
  case streams::room_role::publisher: return right::monitor;
  case streams::room_role::owner: return right::manage;
  }
  __builtin_trap();
}

} // namespace

// GET /api/streams/{id}/room?as=viewer&viewer=, as=publisher or as=owner: the upgrade to a WebSocket. Answers
// 101 to who may see what that role hears: see room_role. A page may send its token as a protocol.
edge::task<edge::result<>> enter_room(edge::context& request) {
  const auto upgrade = request.request.headers.find("upgrade");
  if (!upgrade || !edge::same_but_for_case(*upgrade, "websocket") || request.request.method != "GET") {
    co_return refuse(not_a_socket);
  }
  if (!streams::has_rooms(request.host)) {
    co_return refuse(not_configured({"ROOMS"}));
  }
  entrance by = co_await read_entrance(request.request);
  const bool offered = read_protocols(request.request);
  const stream_access stream = co_await access::require(request, needed_for(by.role));
  edge::operation::room news =
      co_await streams::room_news(request.host, {stream.settings, stream.record, stream.keys}, {by.role});
  if (news.messages.empty()) {
    co_return refuse(cannot_sign);
  }
  news.viewer = std::move(by.viewer);
  news.tags.emplace_back(name_of(by.role));
  if (stream.invite) {
    news.tags.push_back(streams::room_tag_of_invite(stream.invite->id));
    news.until = edge::to_microseconds(stream.invite->expires_at) / 1000;
  }
  if (stream.user) {
    news.tags.push_back(streams::room_tag_of_user(stream.user->subject));
  }
  const auto taken = co_await attempt(request.host.perform(std::move(news)));
  if (!taken || !*taken) {
    co_return refuse(room_unavailable);
  }
  edge::response answer{.status = 101, .headers = {}, .body = {}};
  if (offered) {
    answer.headers.add("sec-websocket-protocol", std::string{protocol});
  }
  co_return answer;
}

} // namespace api
