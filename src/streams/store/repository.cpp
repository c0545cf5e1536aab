#include "streams/store/repository.h"

#include "edge/all.h"
#include "edge/retry.h"
#include "json/reader.h"
#include "json/writer.h"
#include "streams/store/keys.h"

#include <algorithm>
#include <span>

namespace streams {

namespace {

// Providers send a webhook again for a day or three; KV lists a stream's facts until the fold has long been
// written.
constexpr std::chrono::seconds fact_lifetime = std::chrono::days{30};

constexpr std::uint32_t most_keys_at_once = 100;

edge::error store_failed(edge::error failure) {
  failure.what = repository::step;
  return failure;
}

// Gathers what is kept below a prefix, in the order of its keys.
struct invite_list {
  std::vector<invite> found;
  void fold(const invite& each) { found.push_back(each); }
};

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

edge::task<edge::status> repository::put(std::string key, std::string value, std::string metadata,
                                         std::chrono::seconds expiry) {
  co_await edge::retry(host_, deadline_, [&] -> edge::task<edge::status> {
    auto written = co_await host_.perform(
        edge::operation::kv_put{.key = key, .value = value, .metadata = metadata, .expiry = expiry});
    if (!written) co_return std::unexpected(store_failed(written.error()));
    co_return {};
  });
  co_return {};
}

edge::task<edge::status> repository::remove_key(std::string key) {
  co_await edge::retry(host_, deadline_, [&] -> edge::task<edge::status> {
    auto removed = co_await host_.perform(edge::operation::kv_remove{.key = key});
    if (!removed) co_return std::unexpected(store_failed(removed.error()));
    co_return {};
  });
  co_return {};
}

edge::task<edge::outcome<std::optional<std::string>>> repository::read(std::string key) {
  auto found = co_await host_.perform(edge::operation::kv_get{.keys = {std::move(key)}});
  if (!found) co_return std::unexpected(store_failed(found.error()));
  if (!found->front().found) co_return std::nullopt;
  co_return std::move(found->front().value);
}

edge::task<edge::status> repository::put_intent(const intent& what) {
  return put(keys::intent(what.stream_id), what.to_text());
}

edge::task<edge::status> repository::remove_intent(std::string_view stream_id) {
  return remove_key(keys::intent(stream_id));
}

edge::task<edge::status> repository::put_pending(const pending_work& what) {
  std::string since = json::object().set("since", what.since.time_since_epoch().count()).dump();
  return put(keys::pending(what), "", std::move(since));
}

edge::task<edge::status> repository::remove_pending(const pending_work& what) {
  return remove_key(keys::pending(what));
}

edge::task<edge::outcome<unfinished_business>> repository::list_unfinished() {
  auto page = co_await host_.perform(edge::operation::kv_list{.prefix = keys::intent(""), .cursor = {}});
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
    if (auto read = intent::from_text(keys::last_part(creations[i]), (*values)[i].value))
      found.creations.push_back(std::move(*read));
  co_return found;
}

edge::task<edge::outcome<bool>> repository::has_intent(std::string_view stream_id) {
  auto text = co_await read(keys::intent(stream_id));
  co_return text.has_value();
}

edge::task<edge::status> repository::add(const stream_record& what) {
  auto [record, secrets, indexed] =
      co_await edge::all(put(keys::stream(what.id), what.to_text()),
                         put_credentials(what.id, what.sealed_credentials), index(what));
  co_await std::move(record);
  co_await std::move(secrets);
  co_return indexed;
}

edge::task<edge::status> repository::index(const stream_record& what) {
  auto by_memorial = [&] -> edge::task<edge::status> {
    if (what.memorial_id) {
      co_await put(keys::by_memorial(*what.memorial_id, what.id), "");
      co_return {};
    }
    co_return {};
  };
  auto by_input = [&] -> edge::task<edge::status> {
    if (what.cloudflare) {
      co_await put(keys::by_input(what.cloudflare->live_input_id), what.id);
      co_return {};
    }
    co_return {};
  };
  auto [user, memorial, input] = co_await edge::all(put(keys::by_user(what), ""), by_memorial(), by_input());
  co_await std::move(user);
  co_await std::move(memorial);
  co_return input;
}

// What a record is found by, and what belongs to it. In the list of its user it stands until all else is
// gone: that is what `update` goes by.
edge::task<edge::status> repository::remove_beside(const stream_record& what) {
  auto by_memorial = [&] -> edge::task<edge::status> {
    if (what.memorial_id) {
      co_await remove_key(keys::by_memorial(*what.memorial_id, what.id));
      co_return {};
    }
    co_return {};
  };
  auto by_input = [&] -> edge::task<edge::status> {
    if (what.cloudflare) {
      co_await remove_key(keys::by_input(what.cloudflare->live_input_id));
      co_return {};
    }
    co_return {};
  };
  auto [secrets, memorial, input] =
      co_await edge::all(remove_key(keys::credentials(what.id)), by_memorial(), by_input());
  co_await std::move(secrets);
  co_await std::move(memorial);
  co_await std::move(input);
  co_await remove_key(keys::by_user(what));
  co_return {};
}

edge::task<edge::status> repository::remove(const stream_record& what) {
  auto [record, beside] = co_await edge::all(remove_key(keys::stream(what.id)), remove_beside(what));
  co_await std::move(record);
  co_return beside;
}

edge::task<edge::status> repository::remove_in_order(const stream_record& what) {
  co_await remove_beside(what);
  co_await remove_intent(what.id);
  co_await remove_key(keys::stream(what.id));
  co_return {};
}

edge::task<void> repository::remove_below(std::string prefix) {
  auto page = co_await host_.perform(edge::operation::kv_list{.prefix = std::move(prefix), .cursor = {}});
  if (!page) co_return;
  for (auto& entry : page->entries)
    if (keys::last_part(entry.key) != name_of(change_kind::deleted))
      (void)co_await attempt(remove_key(std::move(entry.key)));
}

edge::task<void> repository::remove_facts(const stream_record& of) {
  co_await remove_below(keys::pending_works(of.id));
  co_await remove_below(keys::changes(of.id));
  co_await remove_below(keys::invites(of.id));
  if (of.cloudflare) co_await remove_below(keys::cloudflare_facts(of.cloudflare->live_input_id));
  if (of.mux) co_await remove_below(keys::mux_facts(of.mux->live_stream_id));
}

edge::task<edge::outcome<std::optional<stream_record>>> repository::get(std::string_view stream_id) {
  auto found = co_await host_.perform(
      edge::operation::kv_get{.keys = {keys::stream(stream_id), keys::credentials(stream_id),
                                       keys::change_of(stream_id, change_kind::deleted),
                                       keys::change_of(stream_id, change_kind::rotated)}});
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

edge::task<edge::outcome<std::optional<std::string>>>
repository::stream_of_input(std::string_view live_input_id) {
  return read(keys::by_input(live_input_id));
}

edge::task<edge::outcome<stream_page>> repository::list(std::string prefix, std::string_view cursor,
                                                        std::uint32_t limit) {
  auto page = co_await host_.perform(
      edge::operation::kv_list{.prefix = std::move(prefix), .cursor = std::string{cursor}, .limit = limit});
  if (!page) co_return std::unexpected(store_failed(page.error()));
  std::vector<std::string> ids;
  for (const auto& entry : page->entries) ids.push_back(keys::last_part(entry.key));
  // What is listed and has no record is being made or being removed.
  co_return stream_page{.streams = co_await get_all(ids), .cursor = std::move(page->cursor)};
}

edge::task<edge::outcome<std::vector<stream_record>>>
repository::get_all(const std::vector<std::string>& stream_ids) {
  std::vector<stream_record> found;
  if (stream_ids.empty()) co_return found;
  std::vector<std::string> keys;
  keys.reserve(stream_ids.size());
  for (const std::string& id : stream_ids) keys.push_back(keys::stream(id));
  auto records = co_await host_.perform(edge::operation::kv_get{.keys = std::move(keys)});
  if (!records) co_return std::unexpected(store_failed(records.error()));
  for (const auto& entry : *records)
    if (auto record = entry.found ? stream_record::from_text(entry.value) : std::nullopt)
      found.push_back(std::move(*record));
  co_return found;
}

edge::task<edge::outcome<stream_page>>
repository::list_of_user(std::string_view subject, std::string_view cursor, std::uint32_t limit) {
  return list(keys::streams_of_user(subject), cursor, limit);
}

edge::task<edge::outcome<stream_page>>
repository::list_of_memorial(std::string_view memorial_id, std::string_view cursor, std::uint32_t limit) {
  return list(keys::streams_of_memorial(memorial_id), cursor, limit);
}

edge::task<edge::outcome<stream_page>> repository::list_all(std::string_view cursor, std::uint32_t limit) {
  return list(keys::stream(""), cursor, limit);
}

edge::task<edge::status> repository::put_memorial(std::string_view memorial_id, const memorial& what) {
  return put(keys::memorial(memorial_id), what.to_text());
}

edge::task<edge::status> repository::remove_memorial(std::string_view memorial_id) {
  return remove_key(keys::memorial(memorial_id));
}

edge::task<edge::outcome<std::optional<memorial>>> repository::get_memorial(std::string_view memorial_id) {
  auto text = co_await read(keys::memorial(memorial_id));
  if (!text) co_return std::nullopt;
  auto found = memorial::from_text(*text);
  if (!found) co_return std::unexpected(edge::error{edge::error_kind::malformed, "read the memorial"});
  co_return std::move(*found);
}

edge::task<edge::outcome<std::string>> repository::get_answer(std::string_view name) {
  auto text = co_await read(keys::answer(name));
  co_return std::move(text).value_or("");
}

edge::task<edge::status> repository::put_answer(std::string_view name, std::string text,
                                                std::chrono::seconds expiry) {
  return put(keys::answer(name), std::move(text), {}, expiry);
}

edge::task<edge::outcome<reconcile_memory>> repository::get_memory() {
  auto text = co_await read(std::string{keys::reconcile_memory});
  co_return reconcile_memory::from_text(text.value_or(""));
}

edge::task<edge::status> repository::put_memory(const reconcile_memory& what) {
  return put(std::string{keys::reconcile_memory}, what.to_text());
}

edge::task<edge::status> repository::put_fact(const mux::fact& said) {
  return put(keys::mux_facts(said.live_stream_id) + said.event_id, "", said.to_metadata(), fact_lifetime);
}

edge::task<edge::status> repository::put_fact(const cloudflare::fact& said) {
  // A recording whose webhook does not name its live input is kept under its own id, to be found from the
  // other side.
  std::string resource = said.live_input_id.value_or(said.video_id.value_or("unknown"));
  return put(keys::cloudflare_facts(resource) + said.event_id, "", said.to_metadata(), fact_lifetime);
}

edge::task<edge::status> repository::put_change(std::string_view stream_id, const change& asked) {
  std::string text = asked.to_metadata();
  return put(keys::changes(stream_id) + asked.id, text, text, fact_lifetime);
}

edge::task<edge::status> repository::put_credentials(std::string_view stream_id, std::string_view sealed) {
  return put(keys::credentials(stream_id), std::string{sealed});
}

edge::task<edge::status> repository::put_invite(std::string_view stream_id, const invite& what) {
  constexpr std::chrono::seconds shortest_expiry{60};
  auto left = std::chrono::ceil<std::chrono::seconds>(what.expires_at - host_.now());
  std::string text = what.to_text();
  return put(keys::invites(stream_id) + what.id, text, text, std::max(left, shortest_expiry));
}

edge::task<edge::outcome<std::optional<invite>>> repository::get_invite(std::string_view stream_id,
                                                                        std::string_view invite_id) {
  auto text = co_await read(keys::invites(stream_id) + std::string{invite_id});
  co_return text ? invite::from_text(*text) : std::nullopt;
}

edge::task<edge::outcome<std::vector<invite>>> repository::list_invites(std::string_view stream_id) {
  auto listed = co_await attempt(fold_below<invite_list, invite>(keys::invites(stream_id)));
  co_return std::move(listed).transform([](invite_list&& all) { return std::move(all.found); });
}

template <class State, class Fact>
edge::task<edge::outcome<State>> repository::fold_below(std::string prefix) {
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

edge::task<edge::outcome<broadcast_state>> repository::fold_facts(const stream_record& of) {
  auto at_mux = [&] -> edge::task<edge::outcome<broadcast_state>> {
    if (!of.mux) co_return broadcast_state{};
    co_return co_await fold_below<broadcast_state, mux::fact>(keys::mux_facts(of.mux->live_stream_id));
  };
  auto at_cloudflare = [&] -> edge::task<edge::outcome<broadcast_state>> {
    if (!of.cloudflare) co_return broadcast_state{};
    co_return co_await fold_below<broadcast_state, cloudflare::fact>(
        keys::cloudflare_facts(of.cloudflare->live_input_id));
  };
  auto [mux, cloudflare] = co_await edge::all(at_mux(), at_cloudflare());
  broadcast_state state = of.broadcasts;
  state.join(co_await std::move(mux));
  state.join(co_await std::move(cloudflare));
  co_return state;
}

edge::task<edge::outcome<own_facts>> repository::fold_changes(const stream_record& of) {
  return fold_below<own_facts, change>(keys::changes(of.id));
}

// A fold that has read the record before its stream is deleted may write it after. So it looks behind itself:
// where the deletion has come so far that only the record can be left (what the record is found by goes
// first), it removes what it wrote; before that, it writes that the stream was deleted, in a record that
// expires. A fold that is killed between the two, or sees a store that is a minute old, leaves a record that
// nobody is shown, because `get` reads of the deletion as well, and that whoever asks for it next puts right
// in here.
edge::task<edge::status> repository::update(const stream_record& what) {
  auto write = [&](std::string text, std::chrono::seconds expiry) {
    return host_.perform(edge::operation::kv_put{
        .key = keys::stream(what.id), .value = std::move(text), .metadata = {}, .expiry = expiry});
  };
  if (!what.asked.deleted()) {
    auto written = co_await write(what.to_text(), {});
    if (!written) co_return std::unexpected(store_failed(written.error()));
  }
  auto beside = co_await host_.perform(
      edge::operation::kv_get{.keys = {keys::change_of(what.id, change_kind::deleted), keys::by_user(what)}});
  if (!beside) co_return std::unexpected(store_failed(beside.error()));
  auto deletion = change::from_metadata(beside->front().value);
  if (!deletion && !what.asked.deleted()) co_return {};
  if (!beside->back().found) {
    co_await remove_key(keys::stream(what.id));
    co_return {};
  }
  stream_record marked = what;
  if (deletion) marked.asked.fold(*deletion);
  auto written = co_await write(marked.to_text(), fact_lifetime);
  if (!written) co_return std::unexpected(store_failed(written.error()));
  co_return {};
}

} // namespace streams
