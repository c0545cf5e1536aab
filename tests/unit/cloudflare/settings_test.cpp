// cloudflare::settings: required settings, defaults, and the hosts that serve media.
#include "cloudflare/settings.h"
#include "support/catch.h"

#include <string_view>

namespace {

constexpr const char* account = "f0e1d2c3b4a5968778695a4b3c2d1e0f";

edge::environment with_account() {
  edge::environment environment;
  environment.set("CLOUDFLARE_ACCOUNT_ID", account);
  environment.set("CLOUDFLARE_API_TOKEN", "token");
  return environment;
}

} // namespace

TEST_CASE("Without an account and a token there is no Cloudflare Stream") {
  edge::environment nothing;
  CHECK_FALSE(cloudflare::settings::read(nothing));
  edge::environment account_only;
  account_only.set("CLOUDFLARE_ACCOUNT_ID", account);
  CHECK_FALSE(cloudflare::settings::read(account_only));
  edge::environment token_only;
  token_only.set("CLOUDFLARE_API_TOKEN", "token");
  CHECK_FALSE(cloudflare::settings::read(token_only));
}

TEST_CASE("A Cloudflare account id is 32 hexadecimal digits") {
  for (const char* const id :
       {"f0e1d2c3b4a5968778695a4b3c2d1e0", "f0e1d2c3b4a5968778695a4b3c2d1e0f0",
        "g0e1d2c3b4a5968778695a4b3c2d1e0f", "../../..", "F0E1D2C3B4A5968778695A4B3C2D1E0F"}) {
    edge::environment other;
    other.set("CLOUDFLARE_ACCOUNT_ID", id);
    other.set("CLOUDFLARE_API_TOKEN", "token");
    INFO(id);
    CHECK_FALSE(cloudflare::settings::read(other));
  }
}

TEST_CASE("With only account and token, Cloudflare's own URLs are used and no webhook is accepted") {
  const auto settings = cloudflare::settings::read(with_account());
  REQUIRE(settings);
  CHECK(settings->api_url == "https://api.cloudflare.com/client/v4");
  CHECK(settings->account_id == account);
  CHECK(settings->api_token.matches("token"));
  CHECK(settings->webhook_secrets.empty());
  CHECK(settings->notification_secrets.empty());
}

TEST_CASE("Cloudflare's webhooks and notifications have separate secrets") {
  edge::environment environment = with_account();
  environment.set("CLOUDFLARE_API_URL", "http://127.0.0.1:8092/client/v4/");
  environment.set("CLOUDFLARE_WEBHOOK_SECRETS", "w1,w2");
  environment.set("CLOUDFLARE_NOTIFICATION_SECRETS", "n1");
  const auto settings = cloudflare::settings::read(environment);
  REQUIRE(settings);
  CHECK(settings->api_url == "http://127.0.0.1:8092/client/v4");
  REQUIRE(settings->webhook_secrets.size() == 2);
  CHECK(settings->webhook_secrets[0].matches("w1"));
  CHECK(settings->webhook_secrets[1].matches("w2"));
  REQUIRE(settings->notification_secrets.size() == 1);
  CHECK(settings->notification_secrets[0].matches("n1"));
}

TEST_CASE("Media is on Cloudflare's own hosts, over HTTPS") {
  const auto settings = cloudflare::settings::read(with_account());
  REQUIRE(settings);
  for (const std::string_view url :
       {"https://customer-abc123.cloudflarestream.com/9a8b/manifest/video.m3u8",
        "https://videodelivery.net/9a8b/manifest/video.m3u8", "https://cloudflarestream.com",
        "https://customer-abc123.cloudflarestream.com:443/x?a=b#c"}) {
    INFO(url);
    CHECK(settings->is_playback_url(url));
  }
  for (const std::string_view url :
       {"http://customer-abc123.cloudflarestream.com/x", "https://cloudflarestream.com.evil.example/x",
        "https://evilcloudflarestream.com/x", "https://evil.example/cloudflarestream.com",
        "https://evil.example?.cloudflarestream.com", "https://evil.example#.cloudflarestream.com",
        "https://evil.example\\.cloudflarestream.com/x", "https://a@customer-abc123.cloudflarestream.com/x",
        "https://cloudflarestream.com:x@evil.example/", "https://cloudflarestream.com:80a/", "https:///x",
        "https://", "", "//cloudflarestream.com/x", "javascript:alert(1)//cloudflarestream.com",
        "https://cloudflarestream.com/a b", "https://cloudflarestream.com/\"><script>", "http://127.0.0.1/x",
        "https://CLOUDFLARESTREAM.COM/x"}) {
    INFO(url);
    CHECK_FALSE(settings->is_playback_url(url));
  }
  CHECK_FALSE(settings->is_playback_url("https://cloudflarestream.com/" + std::string(500, 'x')));
}

TEST_CASE("Media may use HTTP only on this machine and if the settings say so") {
  edge::environment environment = with_account();
  environment.set("CLOUDFLARE_PLAYBACK_HOSTS", "127.0.0.1, media.example");
  const auto settings = cloudflare::settings::read(environment);
  REQUIRE(settings);
  CHECK(settings->is_playback_url("http://127.0.0.1:8093/9a8b/manifest/video.m3u8"));
  CHECK(settings->is_playback_url("https://media.example/x"));
  CHECK_FALSE(settings->is_playback_url("http://media.example/x"));
  CHECK_FALSE(settings->is_playback_url("http://localhost/x"));
  CHECK_FALSE(settings->is_playback_url("https://customer-abc123.cloudflarestream.com/x"));
}
