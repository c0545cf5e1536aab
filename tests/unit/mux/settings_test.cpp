// mux::settings: required settings and defaults.
#include "mux/settings.h"
#include "support/catch.h"

TEST_CASE("Without a token id or its secret there is no Mux") {
  edge::environment nothing;
  CHECK_FALSE(mux::settings::read(nothing));
  edge::environment id_only;
  id_only.set("MUX_TOKEN_ID", "id");
  CHECK_FALSE(mux::settings::read(id_only));
  edge::environment secret_only;
  secret_only.set("MUX_TOKEN_SECRET", "secret");
  CHECK_FALSE(mux::settings::read(secret_only));
  edge::environment empty_secret = id_only;
  empty_secret.set("MUX_TOKEN_SECRET", "");
  CHECK_FALSE(mux::settings::read(empty_secret));
}

TEST_CASE("With only a token, Mux's own URLs are used and no webhook is accepted") {
  edge::environment environment;
  environment.set("MUX_TOKEN_ID", "id");
  environment.set("MUX_TOKEN_SECRET", "secret");
  const auto settings = mux::settings::read(environment);
  REQUIRE(settings);
  CHECK(settings->api_url == "https://api.mux.com");
  CHECK(settings->rtmps_url == "rtmps://global-live.mux.com:443/app");
  CHECK(settings->token_id == "id");
  CHECK(settings->token_secret.matches("secret"));
  CHECK(settings->webhook_secrets.empty());
}

TEST_CASE("Mux URLs lose their trailing slash, and webhook secrets are a list") {
  edge::environment environment;
  environment.set("MUX_TOKEN_ID", "id");
  environment.set("MUX_TOKEN_SECRET", "secret");
  environment.set("MUX_API_URL", "http://127.0.0.1:8091/");
  environment.set("MUX_RTMPS_URL", "rtmp://127.0.0.1:1935/app/");
  environment.set("MUX_WEBHOOK_SECRETS", "new, old\n");
  const auto settings = mux::settings::read(environment);
  REQUIRE(settings);
  CHECK(settings->api_url == "http://127.0.0.1:8091");
  CHECK(settings->rtmps_url == "rtmp://127.0.0.1:1935/app");
  REQUIRE(settings->webhook_secrets.size() == 2);
  CHECK(settings->webhook_secrets[0].matches("new"));
  CHECK(settings->webhook_secrets[1].matches("old"));
}

TEST_CASE("The latency is standard unless a setting names another mode of Mux") {
  edge::environment environment;
  environment.set("MUX_TOKEN_ID", "id");
  environment.set("MUX_TOKEN_SECRET", "secret");
  CHECK(mux::settings::read(environment)->latency_mode == "standard");
  environment.set("MUX_LATENCY_MODE", "reduced");
  CHECK(mux::settings::read(environment)->latency_mode == "reduced");
  CHECK_FALSE(mux::settings::is_latency_mode("fast"));
  CHECK_FALSE(mux::settings::is_latency_mode(""));
}
