#include "streams/notify/event_settings.h"

#include "crypto/standard_webhook.h"
#include "edge/http/url.h"
#include "streams/publish/output_target.h"

namespace streams {

namespace {

// A receiver on the same machine is for development, as a relay there is.
bool is_usable_url(std::string_view url) {
  const auto host = url.starts_with("http://") ? edge::secure_host_of(url) : std::nullopt;
  return host ? edge::is_visible_text(url) : !fault_of_receiver(url);
}

std::vector<crypto::secret> keys_in(const edge::environment& from) {
  std::vector<crypto::secret> keys;
  for (const std::string& each : edge::split_list(from.get("EVENTS_SECRETS", ""))) {
    auto key = crypto::standard_webhook_key(each);
    if (!key) {
      return {};
    }
    keys.push_back(*std::move(key));
  }
  return keys;
}

} // namespace

std::vector<std::string> event_settings::missing(const edge::environment& from) {
  std::vector<std::string> names;
  if (!from.find("EVENTS_URL") && !from.find("EVENTS_SECRETS")) {
    return names;
  }
  if (!is_usable_url(from.get("EVENTS_URL", ""))) {
    names.emplace_back("EVENTS_URL");
  }
  if (keys_in(from).empty()) {
    names.emplace_back("EVENTS_SECRETS");
  }
  return names;
}

std::optional<event_settings> event_settings::read(const edge::environment& from) {
  const auto url = from.find("EVENTS_URL");
  if (!url || !missing(from).empty()) {
    return std::nullopt;
  }
  return event_settings{.url = std::string{*url}, .keys = keys_in(from)};
}

} // namespace streams
