#include "streams/publish/relay.h"

#include "crypto/jwt.h"
#include "json/writer.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>
#include <vector>

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

edge::task<bool> answers(edge::host& host, const std::string& relay) {
  constexpr edge::milliseconds patience{1500};
  const auto answer = co_await attempt(host.fetch("relay-health",
                                                  {.method = "GET",
                                                   .url = relay + "/healthz",
                                                   .headers = {},
                                                   .body = {},
                                                   .timeout = patience,
                                                   .body_limit = 4096},
                                                  host.now() + patience));
  // A draining relay says 503. MediaMTX has no such page, and says 404.
  co_return answer && answer->status < 500;
}

} // namespace

edge::task<void> choose_relay(edge::host& host, settings& with, const stream_record& stream,
                              std::string_view before) {
  constexpr int most_asked = 3;
  if (!with.relay || !needs_relay(stream.method, stream.ingest)) {
    co_return;
  }
  relay_settings& among = *with.relay;
  before = before.empty() ? stream.broadcasts.relay_of_session() : before;
  const bool stays = std::ranges::contains(among.urls, before);
  std::string chosen{stays ? before : among.url_for(stream.id)};
  for (int asked = 0; among.urls.size() > 1 && asked < most_asked; ++asked) {
    if (co_await answers(host, chosen)) {
      break;
    }
    std::erase(among.urls, chosen);
    chosen = among.url_for(stream.id);
  }
  among.urls = {std::move(chosen)};
}

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
