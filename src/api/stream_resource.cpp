#include "api/stream_resource.h"

#include "api/authentication.h"
#include "api/authorization.h"
#include "api/json_answer.h"
#include "api/json_body.h"
#include "api/managed_stream.h"
#include "api/problems.h"
#include "api/stream_view.h"
#include "json/array.h"
#include "streams/repository.h"

#include <charconv>

namespace api {

namespace {

struct list_query {
  std::optional<std::string> memorial_id;
  std::optional<std::string> status;
  std::string cursor;
  std::uint32_t limit = 20;
};

std::expected<list_query, edge::problem> read_list_query(const edge::request& request) {
  list_query query{.memorial_id = request.query("memorialId"),
                   .status = request.query("status"),
                   .cursor = request.query("cursor").value_or("")};
  std::vector<edge::invalid_field> refused;
  if (query.memorial_id && !is_foreign_id(*query.memorial_id))
    refused.push_back({"memorialId", "must be 1 to 64 letters, digits, '-' or '_'"});
  if (query.status && query.status != "ready" && query.status != "live" && query.status != "completed")
    refused.push_back({"status", "must be ready, live or completed"});
  if (query.cursor.size() > 1024) refused.push_back({"cursor", "must be the nextCursor of the page before"});
  if (auto text = request.query("limit")) {
    auto [end, fault] = std::from_chars(text->data(), text->data() + text->size(), query.limit);
    bool whole = fault == std::errc{} && end == text->data() + text->size();
    if (!whole || query.limit < 1 || query.limit > 100)
      refused.push_back({"limit", "must be a whole number from 1 to 100"});
  }
  if (!refused.empty()) return std::unexpected(invalid_fields(std::move(refused)));
  return query;
}

// All that there are of a memorial or at all, for whom they are all open, and otherwise the caller's own.
edge::task<std::expected<streams::stream_page, edge::error>>
find_page(streams::repository& repository, const caller& user, const list_query& query, bool all) {
  if (!all) return repository.list_of_user(user.subject, query.cursor, query.limit);
  if (query.memorial_id) return repository.list_of_memorial(*query.memorial_id, query.cursor, query.limit);
  return repository.list_all(query.cursor, query.limit);
}

bool asked_for(const streams::stream_record& stream, const list_query& query, edge::timestamp now) {
  if (stream.asked.deleted()) return false;
  if (query.memorial_id && stream.memorial_id != query.memorial_id) return false;
  return !query.status || query.status == name_of(stream.broadcasts.status(now));
}

} // namespace

edge::task<edge::answer> get_stream(edge::context& request) {
  managed_stream stream = co_await co_await find_managed_stream(request);
  auto secrets = co_await credentials_for_caller(request.host, stream);
  co_return tagged_json_answer(request.request,
                               view_of(stream.record, secrets ? &*secrets : nullptr, request.host));
}

edge::task<edge::answer> list_streams(edge::context& request) {
  caller user = co_await co_await authenticate(request);
  list_query query = co_await read_list_query(request.request);
  streams::repository repository{request.host, request.host.now() + stream_budget};
  bool all = user.admin;
  if (query.memorial_id) {
    auto memorial = co_await co_await memorial_for(repository, user, *query.memorial_id);
    all = all || memorial.has_value();
  }
  auto page = co_await find_page(repository, user, query, all);
  if (!page && !query.cursor.empty())
    co_return std::unexpected(invalid_fields({{"cursor", "must be the nextCursor of the page before"}}));
  if (!page) co_return std::unexpected(store_unavailable());

  json::array views;
  for (const streams::stream_record& each : page->streams)
    if (asked_for(each, query, request.host.now())) views.add(view_of(each, nullptr, request.host));
  json::object answer;
  answer.set("streams", std::move(views))
      .set("nextCursor", page->cursor.empty() ? std::nullopt : std::optional{page->cursor});
  co_return json_answer(200, answer);
}

} // namespace api
