#include "simulation/model_store.h"

#include "json/reader.h"

namespace simulation {

namespace {

constexpr std::chrono::minutes stale_for{1};
constexpr std::chrono::seconds between_writes{1};
constexpr std::size_t lists_for_empty_page = 5;
// The cursor of an empty first page.
constexpr std::string_view from_the_beginning = "from the beginning";

bool is_there(const model_store::entry& what, edge::timestamp now) {
  return !what.expires || now < *what.expires;
}

} // namespace

bool model_store::takes(const std::string& key, edge::timestamp now) const {
  const auto last = written_.find(key);
  return !is_spread_ || last == written_.end() || now >= last->second + between_writes;
}

void model_store::note_write(const std::string& key, edge::timestamp now, std::size_t place) {
  if (!is_spread_) {
    return;
  }
  written_[key] = now;
  place_cache& its = places_[place];
  its.keys[key] = {.what = look_up(key), .until = now + stale_for};
  std::erase_if(its.pages, [&](const auto& page) { return key.starts_with(page.first.first); });
}

std::optional<model_store::entry> model_store::look_up(const std::string& key) const {
  const auto at = entries_.find(key);
  return at == entries_.end() ? std::nullopt : std::optional{at->second};
}

std::optional<std::string> model_store::put(const edge::operation::kv_put& what, edge::timestamp now,
                                            std::size_t place) {
  if (what.key.empty() || what.key.size() > 512) {
    return "a key of " + std::to_string(what.key.size()) + " bytes";
  }
  if (what.metadata.size() > 1024) {
    return "metadata of " + std::to_string(what.metadata.size()) + " bytes";
  }
  if (!what.metadata.empty() && !json::document::parse(what.metadata)) {
    return "metadata that is not JSON";
  }
  if (what.expiry.count() != 0 && what.expiry < std::chrono::seconds{60}) {
    return "an expiry below 60 s";
  }
  if (quirks_.store_loses_intents && what.key.starts_with("intent/")) {
    return std::nullopt;
  }
  if (quirks_.store_loses_records && what.key.starts_with("stream/")) {
    return std::nullopt;
  }
  auto expires = what.expiry.count() == 0 ? std::nullopt : std::optional{now + what.expiry};
  entries_[what.key] = {.value = what.value, .metadata = what.metadata, .expires = expires};
  note_write(what.key, now, place);
  return std::nullopt;
}

void model_store::remove(const edge::operation::kv_remove& what, edge::timestamp now, std::size_t place) {
  if (quirks_.store_keeps_intents && what.key.starts_with("intent/")) {
    return;
  }
  entries_.erase(what.key);
  note_write(what.key, now, place);
}

edge::operation::kv_get::result model_store::get(const edge::operation::kv_get& what, edge::timestamp now,
                                                 std::size_t place) {
  edge::operation::kv_get::result found;
  for (const std::string& key : what.keys) {
    std::optional<entry> at;
    if (is_spread_) {
      auto& known = places_[place].keys[key];
      if (known.until <= now) {
        known = {.what = look_up(key), .until = now + stale_for};
      }
      at = known.what;
    } else {
      at = look_up(key);
    }
    const bool there = at && is_there(*at, now);
    found.push_back({.found = there, .value = there ? at->value : ""});
  }
  return found;
}

edge::operation::kv_list::result model_store::list(const edge::operation::kv_list& what, edge::timestamp now,
                                                   std::size_t place) {
  if (!is_spread_) {
    return page_of(what, now);
  }
  edge::operation::kv_list asked = what;
  if (asked.cursor == from_the_beginning) {
    asked.cursor.clear();
  } else if (asked.cursor.empty() && ++lists_ % lists_for_empty_page == 0) {
    return {.entries = {}, .cursor = std::string{from_the_beginning}};
  }
  auto& known = places_[place].pages[{asked.prefix, asked.cursor}];
  if (known.until <= now) {
    known = {.what = page_of(asked, now), .until = now + stale_for};
  }
  return known.what;
}

// The cursor is the last key of the previous page.
edge::operation::kv_list::result model_store::page_of(const edge::operation::kv_list& what,
                                                      edge::timestamp now) const {
  edge::operation::kv_list::result page;
  auto at = what.cursor.empty() ? entries_.lower_bound(what.prefix) : entries_.upper_bound(what.cursor);
  for (; at != entries_.end() && at->first.starts_with(what.prefix); ++at) {
    if (!is_there(at->second, now)) {
      continue;
    }
    if (page.entries.size() == what.limit) {
      page.cursor = page.entries.back().key;
      break;
    }
    page.entries.push_back(
        {.key = at->first, .metadata = at->second.metadata.empty() ? "null" : at->second.metadata});
  }
  return page;
}

std::vector<std::string> model_store::keys(std::string_view prefix) const {
  std::vector<std::string> found;
  for (auto at = entries_.lower_bound(prefix); at != entries_.end() && at->first.starts_with(prefix); ++at) {
    found.push_back(at->first);
  }
  return found;
}

} // namespace simulation
