#include "streams/publish/whip_session.h"

#include "crypto/base64.h"
#include "crypto/hex.h"
#include "json/reader.h"
#include "json/writer.h"
#include "streams/store/store.h"

namespace streams {

namespace {

constexpr std::string_view field = "whip-session";
constexpr std::size_t id_bytes = 8;

std::optional<whip_session> session_in(std::string_view text) {
  auto parsed = json::document::parse(text);
  if (!parsed) {
    return std::nullopt;
  }
  json::value from = parsed->root();
  auto id = from["id"].text();
  auto begun = from["begun"].integer();
  auto url = from["url"].text();
  if (!id || !begun || !url) {
    return std::nullopt;
  }
  return whip_session{.id = std::string{*id},
                      .begun = edge::from_microseconds(*begun),
                      .url = crypto::secret{std::string{*url}},
                      .by = {.since = edge::from_microseconds(from["since"].integer().value_or(*begun)),
                             .invite = from["invite"].text_or_empty(),
                             .user = from["user"].text_or_empty()},
                      .relay = from["relay"].text_or_empty()};
}

} // namespace

whip_session whip_session::begin(edge::host& host, crypto::secret url, publishing_right by) {
  return {.id = crypto::hex_encode(host.random().take(id_bytes)),
          .begun = host.now(),
          .url = std::move(url),
          .by = std::move(by)};
}

change whip_session::begin_fact() const {
  return {.id = std::string{name_of(change_kind::publishing_begun)} + id,
          .kind = change_kind::publishing_begun,
          .at = begun,
          .session = {.id = id, .begun = begun, .relay = relay}};
}

change whip_session::end_fact(edge::timestamp now) const {
  return {.id = std::string{name_of(change_kind::publishing_ended)} + id,
          .kind = change_kind::publishing_ended,
          .at = now,
          .session = {.id = id, .begun = begun}};
}

edge::task<edge::outcome<std::string>> seal_session(edge::host& host, const keyring& keys,
                                                    std::string_view stream_id, const whip_session& what) {
  std::string text = json::object()
                         .set("id", what.id)
                         .set("begun", edge::to_microseconds(what.begun))
                         .set("url", what.url.text())
                         .set("since", edge::to_microseconds(what.by.since))
                         .set("invite", what.by.invite)
                         .set("user", what.by.user)
                         .set("relay", what.relay)
                         .dump();
  std::string sealed = co_await keys.seal(host, stream_id, field, text);
  // The id of a key may contain characters that have a meaning in a path.
  co_return crypto::base64url_encode(sealed);
}

edge::task<std::optional<whip_session>> open_session(edge::host& host, const keyring& keys,
                                                     std::string_view stream_id, std::string_view sealed) {
  auto decoded = crypto::base64url_decode(sealed);
  if (!decoded) {
    co_return std::nullopt;
  }
  auto text = co_await attempt(keys.open(host, stream_id, field, *decoded));
  co_return text ? session_in(*text) : std::nullopt;
}

edge::task<std::optional<whip_session>> newest_session(edge::host& host, const keyring& keys,
                                                       const stream_record& stream) {
  constexpr std::chrono::seconds budget{5};
  store from{host, host.now() + budget};
  broadcast_state known = stream.broadcasts;
  if (const auto facts = co_await attempt(from.facts.fold(stream.id))) {
    known.join(facts->broadcasts);
  }
  const auto id = known.newest_session();
  if (!id) {
    co_return std::nullopt;
  }
  const auto begun = name_of(change_kind::publishing_begun);
  const auto sealed = co_await attempt(from.kv.get(keys::facts(stream.id).append(begun).append(*id)));
  co_return sealed && *sealed ? co_await open_session(host, keys, stream.id, **sealed) : std::nullopt;
}

} // namespace streams
