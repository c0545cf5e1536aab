#include "streams/store/invite_store.h"

#include "crypto/jwt.h"
#include "json/reader.h"
#include "json/writer.h"
#include "streams/store/keys.h"

#include <algorithm>

namespace streams {

namespace {

constexpr std::string_view key_purpose = "whip-mux invites 1";
constexpr std::string_view issuer = "whip-mux";
constexpr std::string_view audience = "whip-mux-invite";

std::int64_t seconds_of(edge::timestamp at) {
  return std::chrono::floor<std::chrono::seconds>(at.time_since_epoch()).count();
}

} // namespace

std::string_view name_of(invite_purpose purpose) {
  return purpose == invite_purpose::watch ? "watch" : "publish";
}

std::optional<invite_purpose> invite_purpose_named(std::optional<std::string_view> name) {
  if (name == "publish") {
    return invite_purpose::publish;
  }
  if (name == "watch") {
    return invite_purpose::watch;
  }
  return std::nullopt;
}

std::string invite::to_text() const {
  return json::object()
      .set("id", id)
      .set_if("name", name)
      .set("purpose", name_of(purpose))
      .set("expiresAt", edge::to_microseconds(expires_at))
      .set_if("revokedAt", revoked_at.transform(edge::to_microseconds))
      .dump();
}

std::optional<invite> invite::from_text(std::string_view text) {
  auto parsed = json::document::parse(text);
  if (!parsed) {
    return std::nullopt;
  }
  json::value from = parsed->root();
  auto id = from["id"].text();
  auto expires_at = from["expiresAt"].integer();
  if (!id || !expires_at) {
    return std::nullopt;
  }
  return invite{.id = std::string{*id},
                .name = from["name"].text().transform([](auto name) { return std::string{name}; }),
                .purpose = invite_purpose_named(from["purpose"].text()).value_or(invite_purpose::publish),
                .expires_at = edge::from_microseconds(*expires_at),
                .revoked_at = from["revokedAt"].integer().transform(edge::from_microseconds)};
}

std::string sign_invite(const keyring& keys, std::string_view stream_id, const invite& what,
                        edge::timestamp now) {
  std::string claims = json::object()
                           .set("iss", issuer)
                           .set("aud", audience)
                           .set("sub", stream_id)
                           .set("jti", what.id)
                           .set("scope", name_of(what.purpose))
                           .set("iat", seconds_of(now))
                           .set("exp", seconds_of(what.expires_at))
                           .dump();
  // Signing fails only for short keys and long tokens, which keyring::derived_for and is_stream_id rule
  // out.
  return crypto::sign_hs256(claims, keys.derived_for(key_purpose).front()).value_or("");
}

std::expected<invite_claims, invite_refusal> read_invite(const keyring& keys, std::string_view token,
                                                         edge::timestamp now) {
  std::vector<crypto::jwt_key> signers;
  for (crypto::secret& each : keys.derived_for(key_purpose)) {
    signers.push_back({crypto::jws_algorithm::hs256, std::move(each)});
  }
  const crypto::jwt_policy policy{.issuer = std::string{issuer}, .audiences = {std::string{audience}}};
  auto claims = crypto::verify_jwt(token, signers, policy, seconds_of(now));
  if (!claims) {
    return std::unexpected(claims.error() == crypto::jwt_error::expired ? invite_refusal::expired
                                                                        : invite_refusal::not_an_invite);
  }
  json::value said = claims->all.root();
  auto id = said["jti"].text();
  auto purpose = invite_purpose_named(said["scope"].text());
  if (!id || !purpose) {
    return std::unexpected(invite_refusal::not_an_invite);
  }
  return invite_claims{
      .stream_id = std::move(claims->subject), .invite_id = std::string{*id}, .purpose = *purpose};
}

edge::task<edge::status> invite_store::put(std::string_view stream_id, const invite& what) {
  constexpr std::chrono::seconds shortest_expiry{60}; // in KV
  auto left = std::chrono::ceil<std::chrono::seconds>(what.expires_at - kv_.now());
  std::string text = what.to_text();
  return kv_.put(keys::invites(stream_id) + what.id, text, text, std::max(left, shortest_expiry));
}

edge::task<edge::outcome<std::optional<invite>>> invite_store::get(std::string_view stream_id,
                                                                   std::string_view invite_id) {
  auto text = co_await kv_.get(keys::invites(stream_id) + std::string{invite_id});
  co_return text ? invite::from_text(*text) : std::nullopt;
}

edge::task<edge::outcome<std::vector<invite>>> invite_store::list(std::string_view stream_id) {
  std::vector<invite> found;
  co_await kv_.for_each(keys::invites(stream_id), [&found](const auto& each) {
    if (auto read = invite::from_metadata(each.metadata)) {
      found.push_back(*std::move(read));
    }
  });
  co_return found;
}

} // namespace streams
