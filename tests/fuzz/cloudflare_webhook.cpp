// Webhooks, notifications and queue events of Cloudflare Stream. An input is the signature or the shared
// secret as its header has it, a line break and the body.
#include "cloudflare/webhook.h"
#include "signatures.h"
#include "target.h"

#include <array>
#include <expected>
#include <optional>

namespace {

using fuzz::require;

using reading = std::expected<std::optional<cloudflare::fact>, cloudflare::event_error>;

const cloudflare::settings& settings() {
  static const cloudflare::settings made{.api_url = "https://api.cloudflare.com/client/v4",
                                         .account_id = std::string(32, 'a'),
                                         .api_token = crypto::secret{"token"},
                                         .webhook_secrets = {},
                                         .notification_secrets = {},
                                         .playback_hosts = {"cloudflarestream.com", "videodelivery.net"}};
  return made;
}

void check_fact(const reading& event) {
  if (!event) {
    require(!cloudflare::name_of(event.error()).empty());
    return;
  }
  if (!*event) {
    return;
  }
  const cloudflare::fact& fact = **event;
  const bool about_video = fact.kind <= cloudflare::fact_kind::video_deleted;
  require(about_video ? fact.video_id.has_value() : fact.live_input_id.has_value());
  require(fact.event_id.size() == 32);
  require(!fact.hls_url || settings().is_playback_url(*fact.hls_url));
  const std::string stored = fact.to_metadata();
  require(stored.size() <= cloudflare::fact::max_metadata_size);
  require(cloudflare::fact::from_metadata(stored) == fact);
}

} // namespace

void fuzz::run(std::string_view input) {
  const std::string_view header = take_line(input);
  check_signatures(cloudflare::signature_scheme, header, input);

  const std::array secrets{crypto::secret{}, crypto::secret{"the shared secret"}};
  const edge::headers fields{{"cf-webhook-auth", std::string{header}}};
  require(cloudflare::verify_notification(fields, secrets) == (header == secrets[1].text()));

  const reading video = cloudflare::read_video_event(input, settings());
  require(video == cloudflare::read_video_event(input, settings()));
  check_fact(video);
  const reading notification = cloudflare::read_notification(input);
  require(notification == cloudflare::read_notification(input));
  check_fact(notification);
  if (notification && *notification) {
    const auto named = cloudflare::live_input_in(input);
    require(named.has_value());
  }
  const reading queued = cloudflare::read_queue_event(input, settings());
  require(queued == cloudflare::read_queue_event(input, settings()));
  check_fact(queued);
}
