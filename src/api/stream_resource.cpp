#include "api/stream_resource.h"

#include "api/authentication.h"
#include "api/json_body.h"
#include "api/problems.h"
#include "api/stream_view.h"
#include "json/array.h"
#include "streams/refresh.h"
#include "streams/repository.h"
#include "streams/settings.h"
#include "streams/stream_id.h"

#include <charconv>

namespace api {

namespace {

constexpr std::chrono::seconds read_budget{10};

edge::response json_answer(const json::object& body) {
  return {.status = 200, .headers = {{"content-type", "application/json"}}, .body = body.dump()};
}

// A stream whose credentials do not open is still shown, without them and with a warning that says so.
edge::task<std::optional<streams::credentials>>
open_credentials(edge::host& host, const streams::settings& settings, streams::stream_record& stream) {
  auto text =
      co_await settings.keys.open(host, stream.id, streams::credentials::field, stream.sealed_credentials);
  auto opened = text ? streams::credentials::from_text(*text) : std::nullopt;
  if (!opened)
    stream.warnings.push_back({.code = "credentials_unavailable",
                               .detail = "The publish address cannot be read with this deployment's keys."});
  co_return opened;
}

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

edge::task<std::expected<streams::stream_page, edge::error>>
find_page(streams::repository& repository, const caller& user, const list_query& query) {
  if (query.memorial_id)
    co_return co_await repository.list_of_memorial(*query.memorial_id, query.cursor, query.limit);
  if (user.admin) co_return co_await repository.list_all(query.cursor, query.limit);
  co_return co_await repository.list_of_user(user.subject, query.cursor, query.limit);
}

} // namespace

edge::task<edge::answer> get_stream(edge::context& request) {
  caller user = co_await authenticate(request);
  auto settings = streams::settings::read(request.host.settings());
  if (!settings) co_return std::unexpected(not_configured(settings.error()));
  const std::string& id = request.parameters.front();
  if (!streams::is_stream_id(id)) co_return std::unexpected(no_such_stream());

  streams::repository repository{request.host, request.host.now() + read_budget};
  auto found = co_await repository.get(id);
  if (!found) co_return std::unexpected(store_unavailable());
  if (!*found || !user.manages(**found)) co_return std::unexpected(no_such_stream());
  streams::stream_record stream = std::move(**found);

  // Where the facts cannot be had now, the record says how far they were known.
  bool news =
      streams::under_way(stream, request.host.now()) && co_await streams::take_in_facts(repository, stream);
  if (news)
    request.after_answering([&host = request.host, stream] { return streams::write_back(host, stream); });
  std::optional<streams::credentials> secrets;
  if (user.owns(stream)) secrets = co_await open_credentials(request.host, *settings, stream);
  co_return json_answer(view_of(stream, secrets ? &*secrets : nullptr, request.host.now()));
}

edge::task<edge::answer> list_streams(edge::context& request) {
  caller user = co_await authenticate(request);
  list_query query = co_await read_list_query(request.request);
  streams::repository repository{request.host, request.host.now() + read_budget};
  auto page = co_await find_page(repository, user, query);
  if (!page) co_return std::unexpected(store_unavailable());

  json::array views;
  for (const streams::stream_record& each : page->streams) {
    bool wanted = !query.status || query.status == name_of(each.broadcasts.status(request.host.now()));
    if (wanted && user.manages(each)) views.add(view_of(each, nullptr, request.host.now()));
  }
  json::object answer;
  answer.set("streams", std::move(views))
      .set("nextCursor", page->cursor.empty() ? std::nullopt : std::optional{page->cursor});
  co_return json_answer(answer);
}

} // namespace api
