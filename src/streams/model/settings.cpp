#include "streams/model/settings.h"

#include "crypto/jwt.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <iterator>

namespace streams {

namespace {

// Browsers send their token there, so it must be secure; a relay on the same machine is.
bool is_usable_url(std::string_view url) {
  bool visible = std::ranges::all_of(url, [](char each) { return each > ' ' && each < 0x7f; });
  bool plain = url.find_first_of("?#@") == std::string_view::npos;
  std::string_view host = url.substr(0, url.find_first_of(":/", 7));
  bool local = host == "http://127.0.0.1" || host == "http://localhost";
  return visible && plain && (local || (url.starts_with("https://") && url.size() > 8));
}

} // namespace

std::vector<std::string> relay_settings::missing(const edge::environment& from) {
  constexpr std::array required{"RELAY_URL", "RELAY_TOKEN_SECRET", "RELAY_CREDENTIAL"};
  std::vector<std::string> names;
  if (std::ranges::none_of(required, [&](const char* name) { return from.find(name).has_value(); })) {
    return names;
  }
  auto need = [&](const char* name, bool usable) {
    if (!usable) {
      names.emplace_back(name);
    }
  };
  need("RELAY_URL", is_usable_url(from.get("RELAY_URL", "")));
  need("RELAY_TOKEN_SECRET", from.get("RELAY_TOKEN_SECRET", "").size() >= crypto::min_hs256_key_size);
  need("RELAY_CREDENTIAL", from.find("RELAY_CREDENTIAL").has_value());
  return names;
}

std::optional<relay_settings> relay_settings::read(const edge::environment& from) {
  auto url = from.find("RELAY_URL");
  auto token_secret = from.find("RELAY_TOKEN_SECRET");
  auto credential = from.find("RELAY_CREDENTIAL");
  if (!url || !token_secret || !credential || !missing(from).empty()) {
    return std::nullopt;
  }
  return relay_settings{.url = std::string{url->substr(0, url->find_last_not_of('/') + 1)},
                        .token_secret = crypto::secret{std::string{*token_secret}},
                        .credential = crypto::secret{std::string{*credential}}};
}

namespace {

// It becomes part of the tag at both providers.
bool is_deployment(std::string_view name) {
  auto allowed = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-';
  };
  return !name.empty() && name.size() <= 32 && std::ranges::all_of(name, allowed);
}

// Whole seconds; anything else falls back to the default.
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
    if (!usable) {
      missing.emplace_back(name);
    }
  };
  std::string_view deployment = deployment_in(from);
  auto keys = keyring::read(from);
  auto at_cloudflare = cloudflare::settings::read(from);
  need("STREAMS", from.find("STREAMS").has_value());
  need("DEPLOYMENT", is_deployment(deployment));
  need("SEALING_KEYS", keys.has_value());
  need("CLOUDFLARE_API_TOKEN", from.find("CLOUDFLARE_API_TOKEN").has_value());
  need("CLOUDFLARE_ACCOUNT_ID", cloudflare::settings::is_account_id(from.get("CLOUDFLARE_ACCOUNT_ID", "")));
  std::ranges::move(relay_settings::missing(from), std::back_inserter(missing));
  if (!missing.empty() || !keys || !at_cloudflare) {
    return std::unexpected(std::move(missing));
  }
  return settings{.deployment = std::string{deployment},
                  .cloudflare = std::move(*at_cloudflare),
                  .mux = mux::settings::read(from),
                  .keys = std::move(*keys),
                  .relay = relay_settings::read(from),
                  .grace = seconds_in(from, "RECONCILE_GRACE_SECONDS", std::chrono::minutes{15}),
                  .recording_check = seconds_in(from, "RECORDING_CHECK_SECONDS", std::chrono::seconds{60})};
}

} // namespace streams
