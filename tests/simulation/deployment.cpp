#include "simulation/deployment.h"

#include "crypto/base64.h"
#include "crypto/jwt.h"
#include "json/writer.h"
#include "simulation/model_cloudflare.h"
#include "streams/model/stream_id.h"

#include <chrono>
#include <cstdlib>

namespace simulation {

namespace {

constexpr std::string_view issuer = "https://id.funeral.example/";
constexpr std::string_view audience = "whip-mux";
constexpr std::string_view relay_token_secret = "relay-token-secret-of-32-bytes-5Zr8Vk";
constexpr std::string_view relay_credential = "relay-credential-of-32-bytes-9Xc3Lp7Q";
constexpr std::string_view mux_signing_secret = "mux-signing-key-1Jd7Gc4RbYk9Po";
constexpr std::string_view signing_secret = "hs256-secret-of-the-identity-provider-0123456789";

} // namespace

void add_rooms(edge::environment& to) {
  to.set("ROOMS", std::string{edge::environment::bound});
  to.set("PACES", std::string{edge::environment::bound});
}

void add_receiver(edge::environment& to) {
  to.set("EVENTS_URL", std::string{receiver_url});
  to.set("EVENTS_SECRETS", "whsec_" + crypto::base64_encode(receiver_key));
}

std::string mux_signing_key() {
  // A SEQUENCE of 300 bytes, which is as much of a key as is looked at.
  std::string der{"\x30\x82\x01\x2c"};
  while (der.size() < 304) {
    der += mux_signing_secret;
  }
  return der.substr(0, 304);
}

void add_signing_keys(edge::environment& to) {
  to.set("CLOUDFLARE_SIGNING_KEY_ID", "signing-key-at-cloudflare");
  to.set("CLOUDFLARE_SIGNING_JWK", crypto::base64_encode(cloudflare_signing_key));
  to.set("MUX_SIGNING_KEY_ID", "signing-key-at-mux");
  to.set("MUX_SIGNING_PRIVATE_KEY",
         crypto::base64_encode("-----BEGIN PRIVATE KEY-----\n" + crypto::base64_encode(mux_signing_key()) +
                               "\n-----END PRIVATE KEY-----\n"));
}

std::optional<std::string> stream_in_tag(std::string_view tag) {
  auto found = streams::stream_of_any(tag, first_deployment.name);
  return found ? found : streams::stream_of_any(tag, second_deployment.name);
}

edge::environment settings(bool with_mux, const own_settings& own) {
  edge::environment all = settings_with_copies(with_mux, own);
  all.set("SECOND_COPIES", "off");
  return all;
}

edge::environment settings_with_copies(bool with_mux, const own_settings& own) {
  edge::environment all;
  auto set = [&](std::string name, std::string_view value) { all.set(std::move(name), std::string{value}); };
  set("DEPLOYMENT", own.name);
  set("STREAMS", edge::environment::bound);
  set("LEASES", edge::environment::bound);
  // The whole test runs again with rooms: see tests/CMakeLists.txt.
  if (std::getenv("WHIPMUX_ROOMS") != nullptr) { // NOLINT(concurrency-mt-unsafe): one thread
    add_rooms(all);
  }
  set("MAX_OPEN_STREAMS", "100");
  set("SEALING_KEYS", "k1:" + crypto::base64url_encode(sealing_key));
  set("AUTH_HS256_SECRETS", signing_secret);
  set("AUTH_ISSUER", issuer);
  set("AUTH_AUDIENCE", audience);
  set("CLOUDFLARE_ACCOUNT_ID", model_cloudflare::account);
  set("CLOUDFLARE_API_TOKEN", cloudflare_token);
  set("CLOUDFLARE_WEBHOOK_SECRETS", own.cloudflare_webhook_secret);
  set("CLOUDFLARE_NOTIFICATION_SECRETS", own.notification_secret);
  set("RELAY_URL", own.relay_url);
  set("RELAY_TOKEN_SECRET", relay_token_secret);
  set("RELAY_CREDENTIAL", relay_credential);
  if (with_mux) {
    set("MUX_TOKEN_ID", mux_token_id);
    set("MUX_TOKEN_SECRET", mux_token_secret);
    set("MUX_WEBHOOK_SECRETS", own.mux_webhook_secret);
  }
  return all;
}

edge::environment settings_with_rooms() {
  edge::environment all = settings();
  add_rooms(all);
  return all;
}

edge::environment settings_with_events() {
  edge::environment all = settings();
  add_receiver(all);
  return all;
}

void plant_secrets(secret_book& book) {
  book.add("the secret of the events", std::string{receiver_key});
  book.add("the sealing key", std::string{sealing_key});
  book.add("the secret that tokens are signed with", std::string{signing_secret});
  book.add("the secret of the relay's tokens", std::string{relay_token_secret});
  book.add("the relay's credential", std::string{relay_credential});
  book.add("Cloudflare's signing key", std::string{cloudflare_signing_key});
  book.add("Mux's signing key", std::string{mux_signing_secret});
  book.add("Mux's token", std::string{mux_token_secret});
  book.add("Cloudflare's token", std::string{cloudflare_token});
  for (const own_settings& own : {first_deployment, second_deployment}) {
    book.add("Mux's webhook secret", std::string{own.mux_webhook_secret});
    book.add("Cloudflare's webhook secret", std::string{own.cloudflare_webhook_secret});
    book.add("Cloudflare's notification secret", std::string{own.notification_secret});
  }
}

std::string mux_authorization() {
  return "Basic " + crypto::base64_encode(std::string{mux_token_id} + ':' + std::string{mux_token_secret});
}

std::string cloudflare_authorization() { return "Bearer " + std::string{cloudflare_token}; }

std::string bearer(edge::timestamp now, secret_book& book, std::string_view subject, bool admin) {
  auto seconds = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
  std::string claims = json::object()
                           .set("sub", subject)
                           .set("iss", issuer)
                           .set("aud", audience)
                           .set("exp", seconds + 3600)
                           .set("roles", admin ? json::array().add("admin") : json::array())
                           .dump();
  std::string token =
      crypto::sign_hs256(claims, crypto::secret{std::string{signing_secret}}).value_or("no token");
  book.add("a caller's token", token.substr(token.rfind('.') + 1));
  return "Bearer " + token;
}

} // namespace simulation
