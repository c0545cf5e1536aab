#include "streams/repository.h"

#include "crypto/hex.h"
#include "crypto/sha256.h"
#include "edge/all.h"
#include "edge/retry.h"

#include <span>

namespace streams {

namespace {

// Providers send a webhook again for a day or three; KV lists a stream's facts until the fold has long been
// written.
constexpr std::chrono::seconds fact_lifetime = std::chrono::days{30};

std::string join(std::initializer_list<std::string_view> parts) {
  std::string key;
  for (std::string_view part : parts) {
    if (!key.empty()) key += '/';
    key += part;
  }
  return key;
}

// A subject may be any text; a key may not.
std::string user_prefix(std::string_view subject) {
  auto digest = crypto::sha256::of(subject);
  return join({"by-user", crypto::hex_encode(std::span{digest}.first(16)), ""});
}

std::string memorial_prefix(std::string_view memorial_id) { return join({"by-memorial", memorial_id, ""}); }
std::string intent_key(std::string_view stream_id) { return join({"intent", stream_id}); }
std::string stream_key(std::string_view stream_id) { return join({"stream", stream_id}); }
std::string input_key(std::string_view live_input_id) { return join({"by-input", live_input_id}); }
std::string mux_facts(std::string_view live_stream_id) { return join({"fact", "mux", live_stream_id, ""}); }
std::string cloudflare_facts(std::string_view resource_id) {
  return join({"fact", "cloudflare", resource_id, ""});
}

std::string memorial_key(std::string_view memorial_id) { return join({"memorial", memorial_id}); }
std::string changes(std::string_view stream_id) { return join({"fact", "stream", stream_id, ""}); }

edge::error store_failed(edge::error failure) {
  failure.what = "reach the store";
  return failure;
}

std::string last_part(std::string_view key) { return std::string{key.substr(key.rfind('/') + 1)}; }

} // namespace

edge::task<std::expected<void, edge::error>>
repository::put(std::string key, std::string value, std::string metadata, std::chrono::seconds expiry) {
  co_return co_await edge::retry(host_, deadline_, [&] -> edge::task<std::expected<void, edge::error>> {
    auto written = co_await host_.perform(
        edge::operation::kv_put{.key = key, .value = value, .metadata = metadata, .expiry = expiry});
    if (!written) co_return std::unexpected(store_failed(written.error()));
    co_return {};
  });
}

edge::task<std::expected<void, edge::error>> repository::remove_key(std::string key) {
  co_return co_await edge::retry(host_, deadline_, [&] -> edge::task<std::expected<void, edge::error>> {
    auto removed = co_await host_.perform(edge::operation::kv_remove{.key = key});
    if (!removed) co_return std::unexpected(store_failed(removed.error()));
    co_return {};
  });
}

edge::task<std::expected<std::optional<std::string>, edge::error>> repository::read(std::string key) {
  auto found = co_await host_.perform(edge::operation::kv_get{.keys = {std::move(key)}});
  if (!found) co_return std::unexpected(store_failed(found.error()));
  if (!found->front().found) co_return std::nullopt;
  co_return std::move(found->front().value);
}

edge::task<std::expected<void, edge::error>> repository::put_intent(const intent& what) {
  return put(intent_key(what.stream_id), what.to_text());
}

edge::task<std::expected<void, edge::error>> repository::remove_intent(std::string_view stream_id) {
  return remove_key(intent_key(stream_id));
}

edge::task<std::expected<void, edge::error>> repository::add(const stream_record& what) {
  auto by_memorial = [&] -> edge::task<std::expected<void, edge::error>> {
    if (what.memorial_id) co_return co_await put(memorial_prefix(*what.memorial_id) + what.id, "");
    co_return {};
  };
  auto [record, user, memorial, input] = co_await edge::all(
      put(stream_key(what.id), what.to_text()), put(user_prefix(what.created_by) + what.id, ""),
      by_memorial(), put(input_key(what.cloudflare.live_input_id), what.id));
  co_await std::move(record);
  co_await std::move(user);
  co_await std::move(memorial);
  co_return input;
}

edge::task<std::expected<void, edge::error>> repository::remove(const stream_record& what) {
  auto by_memorial = [&] -> edge::task<std::expected<void, edge::error>> {
    if (what.memorial_id) co_return co_await remove_key(memorial_prefix(*what.memorial_id) + what.id);
    co_return {};
  };
  auto [record, user, memorial, input] =
      co_await edge::all(remove_key(stream_key(what.id)), remove_key(user_prefix(what.created_by) + what.id),
                         by_memorial(), remove_key(input_key(what.cloudflare.live_input_id)));
  co_await std::move(record);
  co_await std::move(user);
  co_await std::move(memorial);
  co_return input;
}

edge::task<std::expected<std::optional<stream_record>, edge::error>>
repository::get(std::string_view stream_id) {
  auto text = co_await co_await read(stream_key(stream_id));
  if (!text) co_return std::nullopt;
  auto record = stream_record::from_text(*text);
  if (!record)
    co_return std::unexpected(edge::error{edge::error_kind::malformed, "read the stream's record"});
  co_return std::move(*record);
}

edge::task<std::expected<std::optional<std::string>, edge::error>>
repository::stream_of_input(std::string_view live_input_id) {
  return read(input_key(live_input_id));
}

edge::task<std::expected<stream_page, edge::error>>
repository::list(std::string prefix, std::string_view cursor, std::uint32_t limit) {
  auto page = co_await host_.perform(
      edge::operation::kv_list{.prefix = std::move(prefix), .cursor = std::string{cursor}, .limit = limit});
  if (!page) co_return std::unexpected(store_failed(page.error()));
  stream_page found{.streams = {}, .cursor = std::move(page->cursor)};
  if (page->entries.empty()) co_return found;

  std::vector<std::string> keys;
  for (const auto& entry : page->entries) keys.push_back(stream_key(last_part(entry.key)));
  auto records = co_await host_.perform(edge::operation::kv_get{.keys = std::move(keys)});
  if (!records) co_return std::unexpected(store_failed(records.error()));
  // What is listed and has no record is being made or being removed.
  for (const auto& entry : *records)
    if (auto record = entry.found ? stream_record::from_text(entry.value) : std::nullopt)
      found.streams.push_back(std::move(*record));
  co_return found;
}

edge::task<std::expected<stream_page, edge::error>>
repository::list_of_user(std::string_view subject, std::string_view cursor, std::uint32_t limit) {
  return list(user_prefix(subject), cursor, limit);
}

edge::task<std::expected<stream_page, edge::error>>
repository::list_of_memorial(std::string_view memorial_id, std::string_view cursor, std::uint32_t limit) {
  return list(memorial_prefix(memorial_id), cursor, limit);
}

edge::task<std::expected<stream_page, edge::error>> repository::list_all(std::string_view cursor,
                                                                         std::uint32_t limit) {
  return list("stream/", cursor, limit);
}

edge::task<std::expected<void, edge::error>> repository::put_memorial(std::string_view memorial_id,
                                                                      const memorial& what) {
  return put(memorial_key(memorial_id), what.to_text());
}

edge::task<std::expected<void, edge::error>> repository::remove_memorial(std::string_view memorial_id) {
  return remove_key(memorial_key(memorial_id));
}

edge::task<std::expected<std::optional<memorial>, edge::error>>
repository::get_memorial(std::string_view memorial_id) {
  auto text = co_await co_await read(memorial_key(memorial_id));
  if (!text) co_return std::nullopt;
  auto found = memorial::from_text(*text);
  if (!found) co_return std::unexpected(edge::error{edge::error_kind::malformed, "read the memorial"});
  co_return std::move(*found);
}

edge::task<std::expected<void, edge::error>> repository::put_fact(const mux::fact& said) {
  return put(mux_facts(said.live_stream_id) + said.event_id, "", said.to_metadata(), fact_lifetime);
}

edge::task<std::expected<void, edge::error>> repository::put_fact(const cloudflare::fact& said) {
  // A recording whose webhook does not name its live input is kept under its own id, to be found from the
  // other side.
  std::string resource = said.live_input_id.value_or(said.video_id.value_or("unknown"));
  return put(cloudflare_facts(resource) + said.event_id, "", said.to_metadata(), fact_lifetime);
}

edge::task<std::expected<void, edge::error>> repository::put_change(std::string_view stream_id,
                                                                    const change& asked) {
  return put(changes(stream_id) + asked.id, "", asked.to_metadata(), fact_lifetime);
}

template <class State, class Fact>
edge::task<std::expected<State, edge::error>> repository::fold_below(std::string prefix) {
  State state;
  std::string cursor;
  do {
    auto page = co_await host_.perform(edge::operation::kv_list{.prefix = prefix, .cursor = cursor});
    if (!page) co_return std::unexpected(store_failed(page.error()));
    for (const auto& entry : page->entries)
      if (auto said = Fact::from_metadata(entry.metadata)) state.fold(*said);
    cursor = std::move(page->cursor);
  } while (!cursor.empty());
  co_return state;
}

edge::task<std::expected<broadcast_state, edge::error>> repository::fold_facts(const stream_record& of) {
  auto at_mux = [&] -> edge::task<std::expected<broadcast_state, edge::error>> {
    if (!of.mux) co_return broadcast_state{};
    co_return co_await fold_below<broadcast_state, mux::fact>(mux_facts(of.mux->live_stream_id));
  };
  auto [mux, cloudflare] = co_await edge::all(
      at_mux(), fold_below<broadcast_state, cloudflare::fact>(cloudflare_facts(of.cloudflare.live_input_id)));
  broadcast_state state = of.broadcasts;
  state.join(co_await std::move(mux));
  state.join(co_await std::move(cloudflare));
  co_return state;
}

edge::task<std::expected<management, edge::error>> repository::fold_changes(const stream_record& of) {
  management asked = of.asked;
  asked.join(co_await co_await fold_below<management, change>(changes(of.id)));
  co_return asked;
}

edge::task<std::expected<void, edge::error>> repository::update(const stream_record& what) {
  auto written = co_await host_.perform(
      edge::operation::kv_put{.key = stream_key(what.id), .value = what.to_text(), .metadata = {}});
  if (!written) co_return std::unexpected(store_failed(written.error()));
  co_return {};
}

} // namespace streams
