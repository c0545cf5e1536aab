// Invites: signed links that let one phone publish to one stream, or one viewer watch a private one, until
// they expire and without an account.
#include "api/auth/access.h"
#include "api/http/json_answer.h"
#include "api/http/json_body.h"
#include "api/http/problems.h"
#include "api/routes/change.h"
#include "api/routes/turn.h"
#include "json/writer.h"
#include "streams/model/stream_id.h"
#include "streams/publish/whip_session.h"
#include "streams/store/due.h"
#include "streams/store/invite_store.h"
#include "streams/store/store.h"
#include "streams/watch/room.h"

#include <algorithm>

namespace api {

namespace {

using streams::invite;

// A list may be this much older than the newest write.
constexpr std::chrono::seconds store_delay{90};

static_assert(invite::most_of_a_stream == 50);
constexpr edge::problem_type too_many_invites{
    .status = 409,
    .type = "too-many-invites",
    .title = "The stream has too many invites",
    .detail = "50 of them still hold. Withdraw one that is not needed, and ask again."};

constexpr edge::problem_type no_such_invite{
    .status = 404,
    .type = "no-such-invite",
    .title = "There is no such invite",
    .detail = "It has expired, or was never made. One that is newer than a minute may not be known "
              "everywhere yet: try again then."};

json::object invite_view(const invite& what) {
  json::object view;
  view.set("id", what.id)
      .set("name", what.name)
      .set("purpose", name_of(what.purpose))
      .set("expiresAt", edge::format_timestamp(what.expires_at));
  return view;
}

// The page that the invite is for. Browsers do not send what follows `#`.
std::string link_to(const edge::request& request, std::string_view stream_id, const invite& what,
                    std::string_view token) {
  std::string origin{request.origin()};
  std::string_view page = what.purpose == streams::invite_purpose::watch ? "/watch/" : "/live/";
  return origin.append(page).append(stream_id).append("#invite=").append(token);
}

edge::result<invite> read_wanted(const json::document& body, edge::context& request) {
  using std::chrono::seconds;
  json_fields fields{body};
  seconds life{fields.integer("expiresIn", invite::shortest_life.count(), invite::longest_life.count())
                   .value_or(invite::usual_life.count())};
  auto name = fields.text("name", invite::longest_name);
  auto purpose = fields.text("purpose", 20);
  auto named = streams::invite_purpose_named(purpose);
  if (purpose && !named) {
    fields.must("purpose", "be publish or watch");
  }
  return fields.check().transform([&] {
    edge::timestamp now = request.host.now();
    return invite{.id = streams::make_stream_id(now, request.host.random()),
                  .name = std::move(name),
                  .purpose = named.value_or(streams::invite_purpose::publish),
                  .expires_at = std::chrono::floor<seconds>(now) + life};
  });
}

// Stores one of at most 50 invites. `recent` lists those that the store may not show yet, and then this one
// as well. Fails with 409 and 503.
edge::task<edge::result<void>> store_within_limit(edge::host& host, const std::string& stream_id,
                                                  const invite& wanted, std::string& recent) {
  const edge::timestamp now = host.now();
  streams::store store{host, now + stream_budget};
  const auto known = co_await attempt(store.invites.list(stream_id));
  if (!known) {
    co_return refuse(store_unavailable);
  }
  auto held = std::ranges::count_if(*known, [&](const invite& each) { return each.holds(now); });
  std::string not_shown;
  for (const std::string& id : edge::split_list(recent)) {
    const bool is_new = streams::time_of_stream_id(id) + store_delay > now;
    if (is_new && !std::ranges::contains(*known, id, &invite::id)) {
      not_shown.append(id).append(" ");
      ++held;
    }
  }
  if (std::cmp_greater_equal(held, invite::most_of_a_stream)) {
    co_return refuse(too_many_invites);
  }
  if (!co_await attempt(store.invites.put(stream_id, wanted))) {
    co_return refuse(store_unavailable);
  }
  recent = not_shown + wanted.id;
  co_return {};
}

// A fact for the stream's activity.
streams::change fact_of(const edge::context& request, streams::change_kind kind, const invite& what) {
  return {.id = std::string{name_of(kind)} + what.id,
          .kind = kind,
          .at = request.host.now(),
          .title = what.name.value_or(""),
          .by = request.caller};
}

} // namespace

// POST /api/streams/{id}/invites, for owners: {expiresIn?, name?, purpose?}: the seconds until it expires
// (300 to 2,592,000; default: a day), a name, and publish (the default) or watch. Answers 201 with {invite
// {id, name, purpose, token, url, expiresAt}}; the token is told only here. 409 when the stream has ended,
// has 50 valid invites, or other requests create invites for too long.
edge::task<edge::result<>> create_invite(edge::context& request) {
  stream_access stream = co_await access::require(request, right::own);
  json::document body = co_await read_json(request);
  invite wanted = co_await read_wanted(body, request);
  if (stream.record.desired.ended()) {
    co_return refuse(stream_has_ended);
  }
  turn turn{request, "invites", stream.record.id};
  co_await turn.take();
  std::string recent{turn.left_before()};
  const auto stored = co_await attempt(store_within_limit(request.host, stream.record.id, wanted, recent));
  co_await turn.give_back(stored ? std::move(recent) : std::string{});
  if (!stored) {
    co_return std::unexpected(stored.error());
  }
  edge::timestamp now = request.host.now();
  streams::store store{request.host, now + stream_budget};
  (void)co_await attempt(
      store.facts.put(stream.record.id, fact_of(request, streams::change_kind::invited, wanted)));
  std::string token = streams::sign_invite(stream.settings.keys, stream.record.id, wanted, now);
  std::string url = link_to(request.request, stream.record.id, wanted, token);
  json::object view = invite_view(wanted);
  view.set("token", token).set("url", url);
  co_return json_answer(201, json::object().set("invite", std::move(view)));
}

// GET /api/streams/{id}/invites, for owners and admins: {invites: [{id, name, purpose, expiresAt,
// revokedAt}]}, the newest first, without expired ones.
edge::task<edge::result<>> list_invites(edge::context& request) {
  stream_access stream = co_await access::require(request, right::manage);
  edge::timestamp now = request.host.now();
  streams::store store{request.host, now + stream_budget};
  auto known = co_await attempt(store.invites.list(stream.record.id));
  if (!known) {
    co_return refuse(store_unavailable);
  }
  json::array views;
  for (const invite& each : *known) {
    if (each.expires_at <= now) {
      continue;
    }
    json::object view = invite_view(each);
    view.set_if("revokedAt", each.revoked_at.transform(edge::format_timestamp));
    views.add(std::move(view));
  }
  co_return json_answer(200, json::object().set("invites", std::move(views)));
}

// DELETE /api/streams/{id}/invites/{invite}, for owners and admins: revokes it and answers 204. Other
// locations may accept it for another minute. A broadcast that was begun with it is cut off (502 if that
// fails), and the sockets that it opened close.
edge::task<edge::result<>> revoke_invite(edge::context& request) {
  stream_access stream = co_await access::require(request, right::manage);
  const std::string& id = request.parameters.back();
  if (!streams::is_stream_id(id)) {
    co_return refuse(no_such_invite);
  }
  streams::store store{request.host, request.host.now() + stream_budget};
  auto found = co_await attempt(store.invites.get(stream.record.id, id));
  if (!found) {
    co_return refuse(store_unavailable);
  }
  if (!*found) {
    co_return refuse(no_such_invite);
  }
  invite& known = **found;
  if (known.holds(request.host.now())) {
    known.revoked_at = request.host.now();
    auto stored = co_await attempt(store.invites.put(stream.record.id, known));
    if (!stored) {
      co_return refuse(store_unavailable);
    }
    (void)co_await attempt(
        store.facts.put(stream.record.id, fact_of(request, streams::change_kind::invite_cancelled, known)));
  }
  const std::string tag = streams::room_tag_of_invite(id);
  co_await streams::send_away(request.host, stream.record.id, tag);
  const auto session = co_await streams::newest_session(request.host, stream.settings.keys, stream.record);
  if (session && session->by.invite == id) {
    co_await stop_phone(request, stream.settings, stream.record);
  }
  co_return edge::response{.status = 204, .headers = {}, .body = {}};
}

} // namespace api
