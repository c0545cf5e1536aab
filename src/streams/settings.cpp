#include "streams/settings.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iterator>

namespace streams {

namespace {

// It becomes a part of the tag at both providers.
bool is_deployment(std::string_view name) {
  auto allowed = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-';
  };
  return !name.empty() && name.size() <= 32 && std::ranges::all_of(name, allowed);
}

// A whole number of seconds; what is none is as good as missing.
std::chrono::seconds seconds_in(const edge::environment& from, std::string_view name,
                                std::chrono::seconds otherwise) {
  std::string_view text = from.get(name, "");
  std::uint32_t count = 0;
  auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), count);
  bool whole = fault == std::errc{} && end == text.data() + text.size();
  return whole ? std::chrono::seconds{count} : otherwise;
}

} // namespace

std::expected<settings, std::vector<std::string>> settings::read(const edge::environment& from) {
  std::vector<std::string> missing;
  auto need = [&](std::string_view name, bool usable) {
    if (!usable) missing.emplace_back(name);
  };
  std::string_view deployment = from.get("DEPLOYMENT", "main");
  auto keys = keyring::read(from);
  auto at_cloudflare = cloudflare::settings::read(from);
  need("STREAMS", from.find("STREAMS").has_value());
  need("DEPLOYMENT", is_deployment(deployment));
  need("SEALING_KEYS", keys.has_value());
  need("CLOUDFLARE_API_TOKEN", from.find("CLOUDFLARE_API_TOKEN").has_value());
  need("CLOUDFLARE_ACCOUNT_ID", cloudflare::settings::is_account_id(from.get("CLOUDFLARE_ACCOUNT_ID", "")));
  std::ranges::move(relay_settings::missing(from), std::back_inserter(missing));
  if (!missing.empty() || !keys || !at_cloudflare) return std::unexpected(std::move(missing));
  return settings{.deployment = std::string{deployment},
                  .cloudflare = std::move(*at_cloudflare),
                  .mux = mux::settings::read(from),
                  .keys = std::move(*keys),
                  .relay = relay_settings::read(from),
                  .grace = seconds_in(from, "RECONCILE_GRACE_SECONDS", std::chrono::minutes{15}),
                  .recording_check = seconds_in(from, "RECORDING_CHECK_SECONDS", std::chrono::seconds{60})};
}

} // namespace streams
