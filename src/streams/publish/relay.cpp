#include "streams/publish/relay.h"

#include "crypto/jwt.h"
#include "json/writer.h"

#include <array>
#include <chrono>

namespace streams {

namespace {

constexpr std::string_view issuer = "whip-mux";
constexpr std::string_view audience = "relay";
constexpr std::int64_t leeway_seconds = 30;
constexpr std::chrono::minutes renewed_every{5};

std::string_view name_of(relay_scope scope) {
  switch (scope) {
  case relay_scope::publish: return "publish";
  case relay_scope::watch: return "watch";
  case relay_scope::close: return "close";
  }
  __builtin_trap();
}

std::int64_t seconds_of(edge::timestamp time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

} // namespace

crypto::secret make_relay_token(const relay_settings& with, std::string_view stream_id, relay_scope scope,
                                edge::timestamp issued, edge::timestamp expires) {
  std::string claims = json::object()
                           .set("iss", issuer)
                           .set("aud", audience)
                           .set("sub", stream_id)
                           .set("scope", name_of(scope))
                           .set("iat", seconds_of(issued))
                           .set("exp", seconds_of(expires))
                           .dump();
  // The settings guarantee a key that is long enough.
  return crypto::secret{crypto::sign_hs256(claims, with.token_secret).value_or("")};
}

crypto::secret make_watch_token(const relay_settings& with, std::string_view stream_id, edge::timestamp now) {
  const edge::timestamp issued = now - now.time_since_epoch() % renewed_every;
  return make_relay_token(with, stream_id, relay_scope::watch, issued,
                          issued + renewed_every + relay_token_lifetime);
}

std::optional<edge::timestamp> admits(const relay_settings& with, std::string_view token,
                                      std::string_view stream_id, relay_scope scope, edge::timestamp now) {
  const std::array keys{
      crypto::jwt_key{.algorithm = crypto::jws_algorithm::hs256, .value = with.token_secret}};
  const crypto::jwt_policy policy{
      .issuer = std::string{issuer}, .audiences = {std::string{audience}}, .leeway_seconds = leeway_seconds};
  auto claims = crypto::verify_jwt(token, keys, policy, seconds_of(now));
  if (!claims || claims->subject != stream_id || claims->all.root()["scope"].text() != name_of(scope)) {
    return std::nullopt;
  }
  return edge::timestamp{std::chrono::seconds{claims->issued_at.value_or(0)}};
}

} // namespace streams
