#include "streams/store/work_queue.h"

#include "edge/all.h"
#include "json/reader.h"
#include "json/writer.h"
#include "streams/settings/settings.h"
#include "streams/store/due.h"
#include "streams/store/keys.h"

#include <algorithm>

namespace streams {

namespace {

constexpr int most_pages = 10;
// Webhooks come in bursts, which one alarm folds.
constexpr std::chrono::seconds longest_burst{15};

// Nullopt for the key of an intent.
std::optional<pending_change> pending_change_in(const edge::operation::kv_list::entry& entry) {
  std::string_view rest{entry.key};
  rest.remove_prefix(rest.find('/') + 1);
  std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos) {
    return std::nullopt;
  }
  auto parsed = json::document::parse(entry.metadata);
  auto since = parsed ? parsed->root()["since"].integer() : std::nullopt;
  return pending_change{.stream_id = std::string{rest.substr(0, slash)},
                        .id = std::string{rest.substr(slash + 1)},
                        .since = edge::from_microseconds(since.value_or(0))};
}

} // namespace

pending_change pending_change::fold_of(std::string_view stream_id, std::string_view fact,
                                       edge::timestamp now) {
  return {.stream_id = std::string{stream_id}, .id = "fold-" + std::string{fact}, .since = now};
}

pending_change pending_change::check_of(std::string_view stream_id, const edge::host& host) {
  return {.stream_id = std::string{stream_id},
          .id = "fold-check",
          .since = host.now() - settings::abandoned_after(host.settings())};
}

pending_change pending_change::output_of(std::string_view stream_id, std::string_view output,
                                         edge::timestamp now) {
  return fold_of(stream_id, std::string{"output-"}.append(output), now);
}

std::string_view pending_change::output() const {
  constexpr std::string_view before = "fold-output-";
  return id.starts_with(before) ? std::string_view{id}.substr(before.size()) : std::string_view{};
}

std::string intent::to_text() const {
  return json::object()
      .set("tag", tag)
      .set("createdBy", created_by)
      .set_if("memorialId", memorial_id)
      .set("createdAt", edge::to_microseconds(created_at))
      .dump();
}

std::optional<intent> intent::from_text(std::string_view stream_id, std::string_view text) {
  auto parsed = json::document::parse(text);
  if (!parsed) {
    return std::nullopt;
  }
  json::value from = parsed->root();
  auto tag = from["tag"].text();
  auto created_by = from["createdBy"].text();
  auto created_at = from["createdAt"].integer();
  if (!tag || !created_by || !created_at) {
    return std::nullopt;
  }
  return intent{.stream_id = std::string{stream_id},
                .tag = std::string{*tag},
                .created_by = std::string{*created_by},
                .memorial_id = from["memorialId"].text().transform([](auto id) { return std::string{id}; }),
                .created_at = edge::from_microseconds(*created_at)};
}

edge::task<edge::status> work_queue::put_due(std::string key, std::string value, std::string metadata,
                                             std::string_view stream_id, edge::timestamp at) {
  const auto [stored, is_set] =
      co_await edge::all(kv_.put(std::move(key), std::move(value), std::move(metadata)),
                         set_due(kv_.host(), stream_id, due::work, at));
  co_return stored;
}

edge::task<edge::status> work_queue::put(const intent& what) {
  return put_due(keys::intent(what.stream_id), what.to_text(), "", what.stream_id,
                 what.created_at + settings::grace_in(kv_.host().settings()));
}

edge::task<edge::status> work_queue::remove_intent(std::string_view stream_id) {
  return kv_.remove(keys::intent(stream_id));
}

edge::task<edge::outcome<bool>> work_queue::has_intent(std::string_view stream_id) {
  auto text = co_await kv_.get(keys::intent(stream_id));
  co_return text.has_value();
}

edge::task<edge::status> work_queue::put(const pending_change& what) {
  std::string since = json::object().set("since", edge::to_microseconds(what.since)).dump();
  return put_due(keys::pending_change(what.stream_id, what.id), "", std::move(since), what.stream_id,
                 what.since + settings::abandoned_after(kv_.host().settings()) + longest_burst);
}

edge::task<edge::status> work_queue::remove(const pending_change& what) {
  return kv_.remove(keys::pending_change(what.stream_id, what.id));
}

edge::task<edge::outcome<unfinished_work>> work_queue::list_below(std::string_view stream_id) {
  unfinished_work found;
  std::vector<std::string> creations;
  std::string cursor;
  int pages = 0;
  do {
    kv::page page = co_await kv_.list(keys::intent(stream_id), std::move(cursor));
    for (const auto& entry : page.entries) {
      if (auto pending = pending_change_in(entry)) {
        found.changes.push_back(std::move(*pending));
      } else {
        creations.push_back(entry.key);
      }
    }
    cursor = std::move(page.cursor);
  } while (!cursor.empty() && ++pages < most_pages);
  found.left_out = cursor.empty() ? 0 : 1;
  if (creations.empty()) {
    co_return found;
  }
  // The newest come first in the list, and may still be in the hands of their requests.
  std::ranges::reverse(creations);
  if (creations.size() > kv::most_keys_at_once) {
    found.left_out += creations.size() - kv::most_keys_at_once;
    creations.resize(kv::most_keys_at_once);
  }
  std::vector<kv::entry> values = co_await kv_.get_all(creations);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (auto read = intent::from_text(keys::last_part(creations[i]), values[i].value)) {
      found.creations.push_back(std::move(*read));
    }
  }
  co_return found;
}

} // namespace streams
