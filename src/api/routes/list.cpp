// The list of streams, page by page.
#include "api/auth/access.h"
#include "api/auth/authentication.h"
#include "api/http/json_answer.h"
#include "api/http/json_body.h"
#include "api/http/problems.h"
#include "edge/retry.h"
#include "json/writer.h"
#include "streams/store/store.h"
#include "streams/watch/stream_view.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace api {

namespace {

struct list_query {
  std::optional<std::string> memorial_id;
  std::optional<std::string> status;
  std::string cursor;
  std::uint32_t limit = 20;
};

edge::result<list_query> read_list_query(const edge::request& request) {
  list_query query{.memorial_id = request.query("memorialId"),
                   .status = request.query("status"),
                   .cursor = request.query("cursor").value_or("")};
  std::vector<edge::invalid_field> refused;
  if (query.memorial_id && !is_foreign_id(*query.memorial_id)) {
    refused.push_back({"memorialId", "must be 1 to 64 letters, digits, '-' or '_'"});
  }
  if (query.status && query.status != "ready" && query.status != "live" && query.status != "completed") {
    refused.push_back({"status", "must be ready, live or completed"});
  }
  if (query.cursor.size() > 1024) {
    refused.push_back({"cursor", "must be the nextCursor of the page before"});
  }
  if (auto text = request.query("limit")) {
    query.limit = edge::whole_number(*text).value_or(0);
    if (query.limit < 1 || query.limit > 100) {
      refused.push_back({"limit", "must be a whole number from 1 to 100"});
    }
  }
  if (!refused.empty()) {
    return refuse(invalid_fields(std::move(refused)));
  }
  return query;
}

// All streams (of the memorial, if given) for callers who may see them; otherwise the caller's own.
edge::task<edge::outcome<streams::stream_page>> find_page(streams::store& store, const caller& user,
                                                          const list_query& query, bool all) {
  if (!all) {
    return store.streams.list_of_user(user.subject, query.cursor, query.limit);
  }
  if (query.memorial_id) {
    return store.streams.list_of_memorial(*query.memorial_id, query.cursor, query.limit);
  }
  return store.streams.list_all(query.cursor, query.limit);
}

bool asked_for(const streams::stream_record& stream, const list_query& query, edge::timestamp now) {
  if (stream.desired.deleted()) {
    return false;
  }
  if (query.memorial_id && stream.memorial_id != query.memorial_id) {
    return false;
  }
  return !query.status || query.status == name_of(stream.status(now));
}

// Leaves out the caller's streams for memorials that do not admit the caller any more.
edge::task<edge::status> drop_not_admitted(streams::store& store, const caller& user,
                                           std::vector<streams::stream_record>& from) {
  std::vector<std::string> ids;
  for (const streams::stream_record& each : from) {
    if (each.memorial_id && !std::ranges::contains(ids, *each.memorial_id)) {
      ids.push_back(*each.memorial_id);
    }
  }
  if (ids.empty()) {
    co_return {};
  }
  const auto memorials = co_await store.memorials.get_all(ids);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const std::optional<streams::memorial>& memorial = memorials[i];
    if (memorial && !memorial->admits(user.subject)) {
      std::erase_if(from, [&](const streams::stream_record& each) { return each.memorial_id == ids[i]; });
    }
  }
  co_return {};
}

} // namespace

// GET /api/streams?memorialId=&status=&cursor=&limit=: the caller's streams (an admin's: all), newest first:
// {streams, nextCursor}. A page may hold fewer than `limit` (1 to 100, default 20) while there are more.
edge::task<edge::result<>> list_streams(edge::context& request) {
  caller user = co_await authenticate(request);
  list_query query = co_await read_list_query(request.request);
  streams::store store{request.host, request.host.now() + stream_budget};
  bool all = user.admin;
  if (query.memorial_id) {
    auto memorial = co_await access::memorial_for(store, user, *query.memorial_id);
    all = all || memorial.has_value();
  }
  auto page = co_await attempt(find_page(store, user, query, all));
  if (!page && !query.cursor.empty()) {
    page = co_await attempt(find_page(store, user, query, all));
  }
  if (!page && !query.cursor.empty()) {
    // KV fails for a cursor that is not its own. If the first page can be read, it is not KV that failed.
    query.cursor.clear();
    query.limit = 1;
    if (co_await attempt(find_page(store, user, query, all))) {
      co_return refuse(invalid_fields({{"cursor", "must be the nextCursor of the page before"}}));
    }
  }
  if (!page) {
    co_return refuse(store_unavailable);
  }
  // The keys that list the streams of a user or a memorial go with the stream.
  const bool is_settled =
      (all && query.memorial_id) || co_await attempt(all ? store.streams.fold_deletions(page->streams)
                                                         : drop_not_admitted(store, user, page->streams));
  if (!is_settled) {
    co_return refuse(store_unavailable);
  }

  json::array views;
  for (const streams::stream_record& each : page->streams) {
    if (asked_for(each, query, request.host.now())) {
      views.add(view_of(each, request.host));
    }
  }
  json::object answer;
  answer.set("streams", std::move(views))
      .set("nextCursor", page->cursor.empty() ? std::nullopt : std::optional{page->cursor});
  co_return json_answer(200, answer);
}

} // namespace api
