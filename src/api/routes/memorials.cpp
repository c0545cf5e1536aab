// Memorials: who may stream for them.
#include "api/auth/access.h"
#include "api/http/json_answer.h"
#include "api/http/json_body.h"
#include "api/http/problems.h"
#include "streams/store/due.h"
#include "streams/store/store.h"
#include "streams/watch/room.h"

#include <algorithm>
#include <iterator>

namespace api {

namespace {

constexpr std::chrono::seconds memorial_budget{10};
constexpr std::size_t longest_subject = 255;
constexpr std::size_t most_videographers = 50;

constexpr edge::problem_type no_such_memorial{.status = 404,
                                              .type = "no-such-memorial",
                                              .title = "There is no such memorial",
                                              .detail =
                                                  "Check the id. Only an admin can make a memorial known."};

constexpr edge::problem_type owner_only{.status = 403,
                                        .type = "owner-only",
                                        .title = "Only its owner may do this",
                                        .detail = "Ask the memorial's owner, or an admin."};

edge::response memorial_answer(int status, std::string_view id, const streams::memorial& what) {
  return json_answer(status, json::object()
                                 .set("id", id)
                                 .set("owner", what.owner)
                                 .set("funeralDirector", what.funeral_director)
                                 .set("videographers", what.videographers));
}

edge::result<streams::memorial> read_memorial(const json::document& body) {
  json_fields fields{body};
  streams::memorial wanted{.owner = fields.required_text("owner", longest_subject),
                           .funeral_director = fields.text("funeralDirector", longest_subject),
                           .videographers =
                               fields.texts("videographers", most_videographers, longest_subject)};
  return fields.check().transform([&] { return std::move(wanted); });
}

struct memorial_request {
  caller user;
  std::string id;
  std::optional<streams::memorial> known; // and admits the caller
};

edge::task<edge::result<memorial_request>> find(edge::context& request, streams::store& store) {
  caller user = co_await authenticate(request);
  const std::string& id = request.parameters.front();
  if (!is_foreign_id(id)) {
    co_return refuse(no_such_memorial);
  }
  auto known = co_await access::memorial_for(store, user, id);
  if (!known && !user.admin) {
    co_return refuse(no_such_memorial);
  }
  co_return memorial_request{.user = std::move(user), .id = id, .known = std::move(known)};
}

// Closes the pages of users that the memorial admitted, or who made its streams, and that it does not admit
// any more. Without a memorial, its streams' creators are admitted.
edge::task<void> close_pages(edge::host& host, std::string id, std::optional<streams::memorial> before,
                             std::optional<streams::memorial> after) {
  constexpr std::uint32_t most_streams = 100;
  streams::store store{host, host.now() + memorial_budget};
  const auto page = co_await attempt(store.streams.list_of_memorial(id, "", most_streams));
  if (!page) {
    co_return;
  }
  for (const streams::stream_record& stream : page->streams) {
    std::vector<std::string> users{stream.created_by};
    if (before) {
      users.push_back(before->owner);
      users.push_back(before->funeral_director.value_or(""));
      std::ranges::copy(before->videographers, std::back_inserter(users));
    }
    for (const std::string& user : users) {
      if (!(after ? after->admits(user) : user == stream.created_by)) {
        co_await streams::send_away(host, stream.id, streams::room_tag_of_user(user));
      }
    }
  }
}

void close_pages_later(edge::context& request, const memorial_request& about,
                       std::optional<streams::memorial> after) {
  if (streams::has_rooms(request.host)) {
    request.after_answering([&host = request.host, id = about.id, before = about.known,
                             after = std::move(after)] { return close_pages(host, id, before, after); });
  }
}

bool may_write(const memorial_request& about) {
  return about.user.admin || (about.known && about.known->owner == about.user.subject);
}

} // namespace

// PUT /api/memorials/{id}: {owner, funeralDirector?, videographers?}, each the subject of a token. Admins may
// write any memorial; owners may write their own, but not change its owner. Answers with what is stored: 201
// for a memorial that was unknown, else 200.
edge::task<edge::result<>> put_memorial(edge::context& request) {
  streams::store store{request.host, request.host.now() + memorial_budget};
  memorial_request about = co_await find(request, store);
  if (!may_write(about)) {
    co_return refuse(owner_only);
  }
  json::document body = co_await read_json(request);
  streams::memorial wanted = co_await read_memorial(body);
  if (!about.user.admin && wanted.owner != about.user.subject) {
    co_return refuse(invalid_fields({{"owner", "can be changed by an admin only"}}));
  }
  auto stored = co_await attempt(store.memorials.put(about.id, wanted));
  if (!stored) {
    co_return refuse(store_unavailable);
  }
  close_pages_later(request, about, wanted);
  co_return memorial_answer(about.known ? 200 : 201, about.id, wanted);
}

// GET /api/memorials/{id}, for admins and the users that it names.
edge::task<edge::result<>> get_memorial(edge::context& request) {
  streams::store store{request.host, request.host.now() + memorial_budget};
  memorial_request about = co_await find(request, store);
  if (!about.known) {
    co_return refuse(no_such_memorial);
  }
  co_return memorial_answer(200, about.id, *about.known);
}

// DELETE /api/memorials/{id}, for admins and the owner: 204. Its streams stay with their creators.
edge::task<edge::result<>> remove_memorial(edge::context& request) {
  streams::store store{request.host, request.host.now() + memorial_budget};
  memorial_request about = co_await find(request, store);
  if (!may_write(about)) {
    co_return refuse(owner_only);
  }
  auto removed = co_await attempt(store.memorials.remove(about.id));
  if (!removed) {
    co_return refuse(store_unavailable);
  }
  close_pages_later(request, about, std::nullopt);
  co_return edge::response{.status = 204, .headers = {}, .body = {}};
}

} // namespace api
