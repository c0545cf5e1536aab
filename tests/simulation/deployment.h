// The settings of the simulated deployments. The world's book of secrets holds every secret in them.
#pragma once

#include "edge/clock.h"
#include "edge/environment.h"
#include "simulation/secret_book.h"

#include <optional>
#include <string>
#include <string_view>

namespace simulation {

inline constexpr std::string_view sealing_key = "32 bytes that seal: q8Zw1Lt5Vb2n"; // 32
inline constexpr std::string_view mux_token_id = "4f3a9c1e-simulated-token-id";
inline constexpr std::string_view mux_token_secret = "mux-token-secret-7Qv2bX0pLr9Tz";
inline constexpr std::string_view mux_webhook_secret = "mux-webhook-secret-0aZ8yK3wQe5R";
inline constexpr std::string_view cloudflare_token = "cloudflare-api-token-m4Nx6Gd1JhUo";
inline constexpr std::string_view cloudflare_webhook_secret = "cf-webhook-secret-W2sE9dRfT6gY";
inline constexpr std::string_view notification_secret = "cf-notification-secret-Hn3Bv8Cx";
inline constexpr std::string_view user = "director@funeral.example";

inline constexpr std::string_view relay_url = "https://relay.funeral.example";

// What tells two deployments apart that share an account at each provider. Each endpoint of a webhook has a
// secret of its own.
struct own_settings {
  std::string_view name; // DEPLOYMENT
  std::string_view mux_webhook_secret;
  std::string_view cloudflare_webhook_secret;
  std::string_view notification_secret;
  std::string_view relay_url;
};
inline constexpr own_settings first_deployment{.name = "main",
                                               .mux_webhook_secret = mux_webhook_secret,
                                               .cloudflare_webhook_secret = cloudflare_webhook_secret,
                                               .notification_secret = notification_secret,
                                               .relay_url = relay_url};
inline constexpr own_settings second_deployment{
    .name = "chapel",
    .mux_webhook_secret = "mux-webhook-secret-of-the-chapel-8Lq",
    .cloudflare_webhook_secret = "cf-webhook-secret-of-the-chapel-2Vd",
    .notification_secret = "cf-notification-secret-of-the-chapel-6Ym",
    .relay_url = "https://relay.chapel.example"};

// The stream that a tag of either names.
std::optional<std::string> stream_in_tag(std::string_view tag);

// Of the keys that sign playback tokens.
inline constexpr std::string_view cloudflare_signing_key =
    R"({"kty":"RSA","d":"cf-signing-key-8Hq3Vn6TzLw2Xs"})";
std::string mux_signing_key(); // as DER

inline constexpr std::string_view receiver_url = "https://host.funeral.example/events?from=whip-mux";
inline constexpr std::string_view receiver_key = "signs what the host is told: 3kV7p"; // 34 bytes

// Without second copies, which are tested on their own.
edge::environment settings(bool with_mux = true, const own_settings& own = first_deployment);
edge::environment settings_with_copies(bool with_mux = true, const own_settings& own = first_deployment);
// With rooms, whose alarms do what the schedule does without them.
edge::environment settings_with_rooms();
void add_rooms(edge::environment& to);
// With keys for the playback of private streams.
void add_signing_keys(edge::environment& to);
// With a receiver of events.
edge::environment settings_with_events();
void add_receiver(edge::environment& to);
void plant_secrets(secret_book& book);

// What our provider calls must carry.
std::string mux_authorization();
std::string cloudflare_authorization();

// The header of a signed-in caller, whose token is one of the secrets.
std::string bearer(edge::timestamp now, secret_book& book, std::string_view subject = user,
                   bool admin = false);

} // namespace simulation
