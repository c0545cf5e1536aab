#include "simulation/model_store.h"

#include "json/reader.h"

namespace simulation {

namespace {

bool is_there(const model_store::entry& what, edge::timestamp now) {
  return !what.expires || now < *what.expires;
}

} // namespace

std::optional<std::string> model_store::put(const edge::operation::kv_put& what, edge::timestamp now) {
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
  return std::nullopt;
}

void model_store::remove(const edge::operation::kv_remove& what) {
  if (quirks_.store_keeps_intents && what.key.starts_with("intent/")) {
    return;
  }
  entries_.erase(what.key);
}

edge::operation::kv_get::result model_store::get(const edge::operation::kv_get& what,
                                                 edge::timestamp now) const {
  edge::operation::kv_get::result found;
  for (const std::string& key : what.keys) {
    auto at = entries_.find(key);
    bool there = at != entries_.end() && is_there(at->second, now);
    found.push_back({.found = there, .value = there ? at->second.value : ""});
  }
  return found;
}

// The cursor is the last key of the previous page.
edge::operation::kv_list::result model_store::list(const edge::operation::kv_list& what,
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
