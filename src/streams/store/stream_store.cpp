#include "streams/store/stream_store.h"

#include "edge/all.h"
#include "json/reader.h"
#include "json/writer.h"
#include "streams/model/recording_check.h"
#include "streams/store/keys.h"

#include <algorithm>
#include <iterator>
#include <ranges>

namespace streams {

namespace {

using kv_put = edge::operation::kv_put;

// KV keeps a deleted stream's record until no fold of an old read can write it again.
constexpr std::chrono::seconds deleted_record_lifetime = std::chrono::days{30};

// The metadata of a record: until when its stream is not to be lost sight of, unless it is written again.
std::string metadata_of(const stream_record& what, edge::timestamp now) {
  edge::timestamp until;
  if (is_in_progress(what, now)) {
    until = what.updated_at() + recording_patience;
  } else if (awaits_backup(what)) {
    until = what.updated_at() + backup_forgotten_after;
  } else {
    return {};
  }
  return json::object().set("openUntil", edge::to_microseconds(until)).dump();
}

bool is_open(std::string_view metadata, edge::timestamp now) {
  const auto read = json::document::parse(metadata);
  const auto until = read ? read->root()["openUntil"].integer() : std::nullopt;
  return until && edge::from_microseconds(*until) > now;
}

std::vector<kv_put> index_of(const stream_record& what) {
  std::vector<kv_put> writes{{.key = keys::by_user(what)}};
  if (what.memorial_id) {
    writes.push_back({.key = keys::by_memorial(*what.memorial_id, what.id)});
  }
  if (what.cloudflare) {
    writes.push_back({.key = keys::by_input(what.cloudflare->live_input_id), .value = what.id});
  }
  return writes;
}

} // namespace

edge::task<edge::status> stream_store::add(const stream_record& what) {
  std::vector<kv_put> writes{
      {.key = keys::stream(what.id), .value = what.to_text(), .metadata = metadata_of(what, kv_.now())},
      {.key = keys::credentials(what.id), .value = what.sealed_credentials}};
  std::ranges::move(index_of(what), std::back_inserter(writes));
  return kv_.put_all(std::move(writes));
}

edge::task<edge::status> stream_store::index(const stream_record& what) {
  return kv_.put_all(index_of(what));
}

// Everything but the record. The key in its user's list goes last: `update` decides by it.
edge::task<edge::status> stream_store::remove_around(const stream_record& what) {
  std::vector<std::string> first{keys::credentials(what.id)};
  if (what.memorial_id) {
    first.push_back(keys::by_memorial(*what.memorial_id, what.id));
  }
  if (what.cloudflare) {
    first.push_back(keys::by_input(what.cloudflare->live_input_id));
  }
  co_await kv_.remove_all(std::move(first));
  co_await kv_.remove(keys::by_user(what));
  co_return {};
}

edge::task<edge::status> stream_store::remove(const stream_record& what) {
  auto [record, around] = co_await edge::all(kv_.remove(keys::stream(what.id)), remove_around(what));
  co_await std::move(record);
  co_return around;
}

edge::task<edge::status> stream_store::remove_in_order(const stream_record& what) {
  co_await remove_around(what);
  co_await kv_.remove(keys::intent(what.id));
  co_await kv_.remove(keys::stream(what.id));
  co_return {};
}

edge::task<edge::outcome<std::optional<stream_record>>> stream_store::get_record(std::string_view stream_id) {
  return read({keys::stream(stream_id)});
}

edge::task<edge::outcome<std::optional<stream_record>>> stream_store::get(std::string_view stream_id) {
  return read(
      {keys::stream(stream_id), keys::credentials(stream_id),
       keys::change_of(stream_id, change_kind::deleted), keys::change_of(stream_id, change_kind::rotated),
       keys::change_of(stream_id, change_kind::stopped), keys::change_of(stream_id, change_kind::ended)});
}

// The record's key, and possibly those of its credentials and of changes.
edge::task<edge::outcome<std::optional<stream_record>>> stream_store::read(std::vector<std::string> keys) {
  std::vector<kv::entry> found = co_await kv_.get_all(std::move(keys));
  if (!found.front().found) {
    co_return std::nullopt;
  }
  auto record = stream_record::from_text(found.front().value);
  if (!record) {
    co_return std::unexpected(edge::error{edge::error_kind::malformed, "read the stream's record"});
  }
  if (found.size() > 1) {
    record->sealed_credentials = std::move(found[1].value);
  }
  for (const kv::entry& each : found | std::views::drop(2)) {
    if (auto asked = change::from_metadata(each.value)) {
      record->desired.fold(*asked);
      record->broadcasts.fold(*asked);
    }
  }
  co_return std::move(*record);
}

edge::task<edge::outcome<std::vector<stream_record>>>
stream_store::get_all(const std::vector<std::string>& stream_ids) {
  std::vector<stream_record> records;
  if (stream_ids.empty()) {
    co_return records;
  }
  std::vector<std::string> keys;
  keys.reserve(stream_ids.size());
  for (const std::string& id : stream_ids) {
    keys.push_back(keys::stream(id));
  }
  std::vector<kv::entry> found = co_await kv_.get_all(std::move(keys));
  for (const kv::entry& each : found) {
    if (auto record = each.found ? stream_record::from_text(each.value) : std::nullopt) {
      records.push_back(std::move(*record));
    }
  }
  co_return records;
}

edge::task<edge::status> stream_store::fold_deletions(std::span<stream_record> records) {
  if (records.empty()) {
    co_return {};
  }
  std::vector<std::string> keys;
  for (const stream_record& each : records) {
    keys.push_back(keys::change_of(each.id, change_kind::deleted));
  }
  const std::vector<kv::entry> found = co_await kv_.get_all(std::move(keys));
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (const auto deletion = change::from_metadata(found[i].value)) {
      records[i].desired.fold(*deletion);
    }
  }
  co_return {};
}

// Keys that were removed may still take up pages, which are then empty and not the last.
edge::task<edge::outcome<kv::page>> stream_store::list_keys(std::string prefix, std::string cursor,
                                                            std::uint32_t limit) {
  constexpr int most_empty_pages = 10;
  kv::page page = co_await kv_.list(prefix, std::move(cursor), limit);
  for (int empty = 0; page.entries.empty() && !page.cursor.empty() && empty < most_empty_pages; ++empty) {
    page = co_await kv_.list(prefix, std::move(page.cursor), limit);
  }
  co_return page;
}

edge::task<edge::outcome<std::optional<std::string>>> stream_store::of_input(std::string_view live_input_id) {
  return kv_.get(keys::by_input(live_input_id));
}

// A stream in the list without a record is being created or removed.
edge::task<edge::outcome<stream_page>> stream_store::list(std::string prefix, std::string_view cursor,
                                                          std::uint32_t limit) {
  kv::page page = co_await list_keys(std::move(prefix), std::string{cursor}, limit);
  std::vector<std::string> ids;
  ids.reserve(page.entries.size());
  for (const auto& entry : page.entries) {
    ids.push_back(keys::last_part(entry.key));
  }
  co_return stream_page{.streams = co_await get_all(ids), .cursor = std::move(page.cursor)};
}

edge::task<edge::outcome<stream_page>>
stream_store::list_of_user(std::string_view subject, std::string_view cursor, std::uint32_t limit) {
  return list(keys::streams_of_user(subject), cursor, limit);
}

edge::task<edge::outcome<stream_page>>
stream_store::list_of_memorial(std::string_view memorial_id, std::string_view cursor, std::uint32_t limit) {
  return list(keys::streams_of_memorial(memorial_id), cursor, limit);
}

edge::task<edge::outcome<stream_page>> stream_store::list_all(std::string_view cursor, std::uint32_t limit) {
  return list(keys::stream(""), cursor, limit);
}

edge::task<edge::outcome<listed_streams>> stream_store::list_ids(std::string_view cursor) {
  kv::page page = co_await list_keys(keys::stream(""), std::string{cursor}, 1000);
  listed_streams found{.streams = {}, .cursor = std::move(page.cursor)};
  for (const auto& entry : page.entries) {
    found.streams.push_back(
        {.id = keys::last_part(entry.key), .is_open = is_open(entry.metadata, kv_.now())});
  }
  co_return found;
}

edge::task<edge::status> stream_store::put_credentials(std::string_view stream_id, std::string_view sealed) {
  return kv_.put(keys::credentials(stream_id), std::string{sealed});
}

// A fold that read the record before its stream was deleted may write it afterwards. So it looks again after
// writing. When the deletion has come so far that only the record can be left (the keys that find it go
// first), this removes the record; before that, it writes a record that says "deleted" and expires. A fold
// that is killed in between, or reads a store that is a minute old, leaves a record that only viewers are
// shown, because `get` reads the deletion too, until the schedule's next update of it.
edge::task<edge::status> stream_store::update(const stream_record& what) {
  if (!what.desired.deleted()) {
    co_await kv_.put_once(keys::stream(what.id), what.to_text(), {}, metadata_of(what, kv_.now()));
  }
  std::vector<kv::entry> around =
      co_await kv_.get_all({keys::change_of(what.id, change_kind::deleted), keys::by_user(what)});
  auto deletion = change::from_metadata(around.front().value);
  if (!deletion && !what.desired.deleted()) {
    co_return {};
  }
  if (!around.back().found) {
    co_await kv_.remove(keys::stream(what.id));
    co_return {};
  }
  stream_record marked = what;
  if (deletion) {
    marked.desired.fold(*deletion);
  }
  co_await kv_.put_once(keys::stream(what.id), marked.to_text(), deleted_record_lifetime);
  co_return {};
}

} // namespace streams
