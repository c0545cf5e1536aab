#include "streams/repository.h"

#include "crypto/hex.h"
#include "crypto/sha256.h"
#include "edge/all.h"
#include "edge/retry.h"
#include "json/document.h"
#include "json/object.h"

#include <algorithm>
#include <span>

namespace streams {

namespace {

// Providers send a webhook again for a day or three; KV lists a stream's facts until the fold has long been
// written.
constexpr std::chrono::seconds fact_lifetime = std::chrono::days{30};

constexpr std::uint32_t most_keys_at_once = 100;
constexpr std::string_view memory_key = "reconcile/state";

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

std::string user_key(const stream_record& of) { return user_prefix(of.created_by) + of.id; }

std::string memorial_prefix(std::string_view memorial_id) { return join({"by-memorial", memorial_id, ""}); }
std::string intent_key(std::string_view stream_id) { return join({"intent", stream_id}); }
std::string credentials_key(std::string_view stream_id) { return join({"credentials", stream_id}); }
std::string stream_key(std::string_view stream_id) { return join({"stream", stream_id}); }
std::string input_key(std::string_view live_input_id) { return join({"by-input", live_input_id}); }
std::string mux_facts(std::string_view live_stream_id) { return join({"fact", "mux", live_stream_id, ""}); }
std::string cloudflare_facts(std::string_view resource_id) {
  return join({"fact", "cloudflare", resource_id, ""});
}

std::string answer_key(std::string_view name) { return join({"answer", name}); }
std::string memorial_key(std::string_view memorial_id) { return join({"memorial", memorial_id}); }
std::string changes(std::string_view stream_id) { return join({"fact", "stream", stream_id, ""}); }
std::string change_key(std::string_view stream_id, change_kind only) {
  return changes(stream_id) + std::string{name_of(only)};
}

std::string invites(std::string_view stream_id) { return join({"invite", stream_id, ""}); }

edge::error store_failed(edge::error failure) {
  failure.what = repository::step;
  return failure;
}

// Gathers what is kept below a prefix, in the order of its keys.
struct invite_list {
  std::vector<invite> found;
  void fold(const invite& each) { found.push_back(each); }
};

std::string last_part(std::string_view key) { return std::string{key.substr(key.rfind('/') + 1)}; }

std::string pending_key(const pending_work& of) { return join({"intent", of.stream_id, of.id}); }

// Nothing for an intent of the other kind.
std::optional<pending_work> pending_in(const edge::operation::kv_list::entry& entry) {
  std::string_view rest{entry.key};
  rest.remove_prefix(rest.find('/') + 1);
  std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  auto parsed = json::document::parse(entry.metadata);
  auto since = parsed ? parsed->root()["since"].integer() : std::nullopt;
  return pending_work{.stream_id = std::string{rest.substr(0, slash)},
                      .id = std::string{rest.substr(slash + 1)},
                      .since = edge::timestamp{std::chrono::microseconds{since.value_or(0)}}};
}

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

edge::task<std::expected<void, edge::error>> repository::put_pending(const pending_work& what) {
  std::string since = json::object().set("since", what.since.time_since_epoch().count()).dump();
  return put(pending_key(what), "", std::move(since));
}

edge::task<std::expected<void, edge::error>> repository::remove_pending(const pending_work& what) {
  return remove_key(pending_key(what));
}

edge::task<std::expected<unfinished_business, edge::error>> repository::list_unfinished() {
  auto page = co_await host_.perform(edge::operation::kv_list{.prefix = intent_key(""), .cursor = {}});
  if (!page) co_return std::unexpected(store_failed(page.error()));
  unfinished_business found;
  std::vector<std::string> creations;
  for (const auto& entry : page->entries)
    if (auto work = pending_in(entry))
      found.pending.push_back(std::move(*work));
    else if (creations.size() < most_keys_at_once)
      creations.push_back(entry.key);
  if (creations.empty()) co_return found;
  auto values = co_await host_.perform(edge::operation::kv_get{.keys = creations});
  if (!values) co_return std::unexpected(store_failed(values.error()));
  for (std::size_t i = 0; i < values->size(); ++i)
    if (auto read = intent::from_text(last_part(creations[i]), (*values)[i].value))
      found.creations.push_back(std::move(*read));
  co_return found;
}

edge::task<std::expected<bool, edge::error>> repository::has_intent(std::string_view stream_id) {
  auto text = co_await co_await read(intent_key(stream_id));
  co_return text.has_value();
}

edge::task<std::expected<void, edge::error>> repository::add(const stream_record& what) {
  auto [record, secrets, indexed] =
      co_await edge::all(put(stream_key(what.id), what.to_text()),
                         put_credentials(what.id, what.sealed_credentials), index(what));
  co_await std::move(record);
  co_await std::move(secrets);
  co_return indexed;
}

edge::task<std::expected<void, edge::error>> repository::index(const stream_record& what) {
  auto by_memorial = [&] -> edge::task<std::expected<void, edge::error>> {
    if (what.memorial_id) co_return co_await put(memorial_prefix(*what.memorial_id) + what.id, "");
    co_return {};
  };
  auto by_input = [&] -> edge::task<std::expected<void, edge::error>> {
    if (what.cloudflare) co_return co_await put(input_key(what.cloudflare->live_input_id), what.id);
    co_return {};
  };
  auto [user, memorial, input] = co_await edge::all(put(user_key(what), ""), by_memorial(), by_input());
  co_await std::move(user);
  co_await std::move(memorial);
  co_return input;
}

// What a record is found by, and what belongs to it. In the list of its user it stands until all else is
// gone: that is what `update` goes by.
edge::task<std::expected<void, edge::error>> repository::remove_beside(const stream_record& what) {
  auto by_memorial = [&] -> edge::task<std::expected<void, edge::error>> {
    if (what.memorial_id) co_return co_await remove_key(memorial_prefix(*what.memorial_id) + what.id);
    co_return {};
  };
  auto by_input = [&] -> edge::task<std::expected<void, edge::error>> {
    if (what.cloudflare) co_return co_await remove_key(input_key(what.cloudflare->live_input_id));
    co_return {};
  };
  auto [secrets, memorial, input] =
      co_await edge::all(remove_key(credentials_key(what.id)), by_memorial(), by_input());
  co_await std::move(secrets);
  co_await std::move(memorial);
  co_await std::move(input);
  co_return co_await remove_key(user_key(what));
}

edge::task<std::expected<void, edge::error>> repository::remove(const stream_record& what) {
  auto [record, beside] = co_await edge::all(remove_key(stream_key(what.id)), remove_beside(what));
  co_await std::move(record);
  co_return beside;
}

edge::task<std::expected<void, edge::error>> repository::remove_in_order(const stream_record& what) {
  co_await co_await remove_beside(what);
  co_await co_await remove_intent(what.id);
  co_return co_await remove_key(stream_key(what.id));
}

edge::task<void> repository::remove_below(std::string prefix) {
  auto page = co_await host_.perform(edge::operation::kv_list{.prefix = std::move(prefix), .cursor = {}});
  if (!page) co_return;
  for (auto& entry : page->entries)
    if (last_part(entry.key) != name_of(change_kind::deleted))
      (void)co_await remove_key(std::move(entry.key));
}

edge::task<void> repository::remove_facts(const stream_record& of) {
  co_await remove_below(intent_key(of.id) + '/');
  co_await remove_below(changes(of.id));
  co_await remove_below(invites(of.id));
  if (of.cloudflare) co_await remove_below(cloudflare_facts(of.cloudflare->live_input_id));
  if (of.mux) co_await remove_below(mux_facts(of.mux->live_stream_id));
}

edge::task<std::expected<std::optional<stream_record>, edge::error>>
repository::get(std::string_view stream_id) {
  auto found = co_await host_.perform(edge::operation::kv_get{
      .keys = {stream_key(stream_id), credentials_key(stream_id), change_key(stream_id, change_kind::deleted),
               change_key(stream_id, change_kind::rotated)}});
  if (!found) co_return std::unexpected(store_failed(found.error()));
  if (!found->front().found) co_return std::nullopt;
  auto record = stream_record::from_text(found->front().value);
  if (!record)
    co_return std::unexpected(edge::error{edge::error_kind::malformed, "read the stream's record"});
  record->sealed_credentials = std::move((*found)[1].value);
  for (const auto& entry : std::span{*found}.subspan(2))
    if (auto asked = change::from_metadata(entry.value)) record->asked.fold(*asked);
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
  std::vector<std::string> ids;
  for (const auto& entry : page->entries) ids.push_back(last_part(entry.key));
  // What is listed and has no record is being made or being removed.
  co_return stream_page{.streams = co_await co_await get_all(ids), .cursor = std::move(page->cursor)};
}

edge::task<std::expected<std::vector<stream_record>, edge::error>>
repository::get_all(const std::vector<std::string>& stream_ids) {
  std::vector<stream_record> found;
  if (stream_ids.empty()) co_return found;
  std::vector<std::string> keys;
  keys.reserve(stream_ids.size());
  for (const std::string& id : stream_ids) keys.push_back(stream_key(id));
  auto records = co_await host_.perform(edge::operation::kv_get{.keys = std::move(keys)});
  if (!records) co_return std::unexpected(store_failed(records.error()));
  for (const auto& entry : *records)
    if (auto record = entry.found ? stream_record::from_text(entry.value) : std::nullopt)
      found.push_back(std::move(*record));
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

edge::task<std::expected<std::string, edge::error>> repository::get_answer(std::string_view name) {
  auto text = co_await co_await read(answer_key(name));
  co_return std::move(text).value_or("");
}

edge::task<std::expected<void, edge::error>> repository::put_answer(std::string_view name, std::string text,
                                                                    std::chrono::seconds expiry) {
  return put(answer_key(name), std::move(text), {}, expiry);
}

edge::task<std::expected<reconcile_memory, edge::error>> repository::get_memory() {
  auto text = co_await co_await read(std::string{memory_key});
  co_return reconcile_memory::from_text(text.value_or(""));
}

edge::task<std::expected<void, edge::error>> repository::put_memory(const reconcile_memory& what) {
  return put(std::string{memory_key}, what.to_text());
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
  std::string text = asked.to_metadata();
  return put(changes(stream_id) + asked.id, text, text, fact_lifetime);
}

edge::task<std::expected<void, edge::error>> repository::put_credentials(std::string_view stream_id,
                                                                         std::string_view sealed) {
  return put(credentials_key(stream_id), std::string{sealed});
}

edge::task<std::expected<void, edge::error>> repository::put_invite(std::string_view stream_id,
                                                                    const invite& what) {
  constexpr std::chrono::seconds shortest_expiry{60};
  auto left = std::chrono::ceil<std::chrono::seconds>(what.expires_at - host_.now());
  std::string text = what.to_text();
  return put(invites(stream_id) + what.id, text, text, std::max(left, shortest_expiry));
}

edge::task<std::expected<std::optional<invite>, edge::error>>
repository::get_invite(std::string_view stream_id, std::string_view invite_id) {
  auto text = co_await co_await read(invites(stream_id) + std::string{invite_id});
  co_return text ? invite::from_text(*text) : std::nullopt;
}

edge::task<std::expected<std::vector<invite>, edge::error>>
repository::list_invites(std::string_view stream_id) {
  auto listed = co_await fold_below<invite_list, invite>(invites(stream_id));
  co_return std::move(listed).transform([](invite_list&& all) { return std::move(all.found); });
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
  auto at_cloudflare = [&] -> edge::task<std::expected<broadcast_state, edge::error>> {
    if (!of.cloudflare) co_return broadcast_state{};
    co_return co_await fold_below<broadcast_state, cloudflare::fact>(
        cloudflare_facts(of.cloudflare->live_input_id));
  };
  auto [mux, cloudflare] = co_await edge::all(at_mux(), at_cloudflare());
  broadcast_state state = of.broadcasts;
  state.join(co_await std::move(mux));
  state.join(co_await std::move(cloudflare));
  co_return state;
}

edge::task<std::expected<own_facts, edge::error>> repository::fold_changes(const stream_record& of) {
  return fold_below<own_facts, change>(changes(of.id));
}

// A fold that has read the record before its stream is deleted may write it after. So it looks behind itself:
// where the deletion has come so far that only the record can be left (what the record is found by goes
// first), it removes what it wrote; before that, it writes that the stream was deleted, in a record that
// expires. A fold that is killed between the two, or sees a store that is a minute old, leaves a record that
// nobody is shown, because `get` reads of the deletion as well, and that whoever asks for it next puts right
// in here.
edge::task<std::expected<void, edge::error>> repository::update(const stream_record& what) {
  auto write = [&](std::string text, std::chrono::seconds expiry) {
    return host_.perform(edge::operation::kv_put{
        .key = stream_key(what.id), .value = std::move(text), .metadata = {}, .expiry = expiry});
  };
  if (!what.asked.deleted()) {
    auto written = co_await write(what.to_text(), {});
    if (!written) co_return std::unexpected(store_failed(written.error()));
  }
  auto beside = co_await host_.perform(
      edge::operation::kv_get{.keys = {change_key(what.id, change_kind::deleted), user_key(what)}});
  if (!beside) co_return std::unexpected(store_failed(beside.error()));
  auto deletion = change::from_metadata(beside->front().value);
  if (!deletion && !what.asked.deleted()) co_return {};
  if (!beside->back().found) co_return co_await remove_key(stream_key(what.id));
  stream_record marked = what;
  if (deletion) marked.asked.fold(*deletion);
  auto written = co_await write(marked.to_text(), fact_lifetime);
  if (!written) co_return std::unexpected(store_failed(written.error()));
  co_return {};
}

} // namespace streams
