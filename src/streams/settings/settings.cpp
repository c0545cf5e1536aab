#include "streams/settings/settings.h"

#include "crypto/jwt.h"
#include "crypto/sha256.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

namespace streams {

namespace {

// Browsers send their token there, so it must be secure; a relay on the same machine is.
bool is_usable_url(std::string_view url) {
  // Facts of sessions name it.
  constexpr std::size_t longest = 256;
  bool visible = std::ranges::all_of(url, [](char each) { return each > ' ' && each < 0x7f; });
  bool plain = url.find_first_of("?#@") == std::string_view::npos;
  std::string_view host = url.substr(0, url.find_first_of(":/", 7));
  bool local = host == "http://127.0.0.1" || host == "http://localhost";
  return url.size() <= longest && visible && plain &&
         (local || (url.starts_with("https://") && url.size() > 8));
}

// Which of the two settings is used.
const char* name_of_urls(const edge::environment& from) {
  return from.find("RELAY_URLS") ? "RELAY_URLS" : "RELAY_URL";
}

} // namespace

const std::string& relay_settings::url_for(std::string_view stream_id) const {
  return *std::ranges::max_element(urls, {}, [&](const std::string& url) {
    return crypto::sha256{}.update(url).update(stream_id).finish();
  });
}

std::vector<std::string> relay_settings::missing(const edge::environment& from) {
  const char* const urls = name_of_urls(from);
  const std::array required{urls, "RELAY_TOKEN_SECRET", "RELAY_CREDENTIAL"};
  std::vector<std::string> names;
  if (std::ranges::none_of(required, [&](const char* name) { return from.find(name).has_value(); })) {
    return names;
  }
  auto need = [&](const char* name, bool usable) {
    if (!usable) {
      names.emplace_back(name);
    }
  };
  const std::string_view list = from.get(urls, "");
  need(urls, edge::is_filled_list(list) && std::ranges::all_of(edge::split_list(list), is_usable_url));
  need("RELAY_TOKEN_SECRET", from.get("RELAY_TOKEN_SECRET", "").size() >= crypto::min_hs256_key_size);
  const auto credential = from.find("RELAY_CREDENTIAL");
  need("RELAY_CREDENTIAL", credential && *credential != from.bound && edge::is_visible_text(*credential));
  return names;
}

std::optional<relay_settings> relay_settings::read(const edge::environment& from) {
  auto list = from.find(name_of_urls(from));
  auto token_secret = from.find("RELAY_TOKEN_SECRET");
  auto credential = from.find("RELAY_CREDENTIAL");
  if (!list || !token_secret || !credential || !missing(from).empty()) {
    return std::nullopt;
  }
  std::vector<std::string> urls = edge::split_list(*list);
  for (std::string& each : urls) {
    each.erase(each.find_last_not_of('/') + 1);
  }
  return relay_settings{.urls = std::move(urls),
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

// An address of HTTP that a path may follow.
bool is_http_url(std::string_view text) {
  const std::size_t begin = text.starts_with("https://") ? 8 : 7;
  return (begin == 8 || text.starts_with("http://")) && text.size() > begin && text[begin] != '/' &&
         text.find_first_of("?#@\\") == std::string_view::npos && edge::is_visible_text(text);
}

bool is_rtmp_url(std::string_view text) {
  const std::size_t end = text.find("://");
  return (text.starts_with("rtmp://") || text.starts_with("rtmps://")) && text.size() > end + 3 &&
         text[end + 3] != '/' && edge::is_visible_text(text);
}

bool is_switch(std::string_view text) { return text == "on" || text == "off"; }

bool is_host_list(std::string_view text) {
  auto is_host = [](const std::string& each) {
    return each.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-") == std::string::npos;
  };
  return edge::is_filled_list(text) && std::ranges::all_of(edge::split_list(text), is_host);
}

// Those that are not checked elsewhere. One that is not required has a default or switches something on.
constexpr auto forms = std::to_array<edge::setting_form>({
    {"CLOUDFLARE_API_TOKEN", edge::is_visible_text, true},
    {"CLOUDFLARE_ACCOUNT_ID", cloudflare::settings::is_account_id, true},
    {"CLOUDFLARE_API_URL", is_http_url},
    {"CLOUDFLARE_PLAYBACK_HOSTS", is_host_list},
    {"MUX_TOKEN_ID", edge::is_visible_text},
    {"MUX_TOKEN_SECRET", edge::is_visible_text},
    {"MUX_API_URL", is_http_url},
    {"MUX_LATENCY_MODE", mux::settings::is_latency_mode},
    {"MUX_RTMPS_URL", is_rtmp_url},
    {"MUX_WHIP_URL", is_http_url},
    {"MUX_PLAYBACK_URL", is_http_url},
    {"MUX_IMAGE_URL", is_http_url},
    {"RECONCILE_GRACE_SECONDS", edge::is_whole_number},
    {"RECORDING_CHECK_SECONDS", edge::is_whole_number},
    {"SECOND_COPIES", is_switch},
    {"SECOND_COPY_MINUTES_PER_DAY", edge::is_whole_number},
    {"MAX_OPEN_STREAMS", edge::is_whole_number},
});

// Of a setting that has its form.
std::uint32_t number_in(const edge::environment& from, std::string_view name, std::uint32_t otherwise) {
  return edge::whole_number(from.get(name, "")).value_or(otherwise);
}

} // namespace

std::optional<std::string_view> settings::deployment_in(const edge::environment& from) {
  const std::string_view name = from.get("DEPLOYMENT", "main");
  return is_deployment(name) && name != from.bound ? std::optional{name} : std::nullopt;
}

std::chrono::seconds settings::grace_in(const edge::environment& from) {
  return std::chrono::seconds{number_in(from, "RECONCILE_GRACE_SECONDS", 900)};
}

std::expected<settings, std::vector<std::string>> settings::read(const edge::environment& from) {
  std::vector<std::string> missing = from.unusable(forms);
  auto keys = keyring::read(from);
  auto at_cloudflare = cloudflare::settings::read(from);
  const auto deployment = deployment_in(from);
  if (!deployment) {
    missing.emplace_back("DEPLOYMENT");
  }
  if (!from.has_binding("STREAMS")) {
    missing.emplace_back("STREAMS");
  }
  if (!keys) {
    missing.emplace_back("SEALING_KEYS");
  }
  std::ranges::move(relay_settings::missing(from), std::back_inserter(missing));
  std::ranges::move(livekit::settings::missing(from), std::back_inserter(missing));
  if (!missing.empty() || !keys || !at_cloudflare || !deployment) {
    return std::unexpected(std::move(missing));
  }
  return settings{.deployment = std::string{*deployment},
                  .cloudflare = std::move(*at_cloudflare),
                  .mux = mux::settings::read(from),
                  .keys = std::move(*keys),
                  .relay = relay_settings::read(from),
                  .livekit = livekit::settings::read(from),
                  .grace = grace_in(from),
                  .recording_check = std::chrono::seconds{number_in(from, "RECORDING_CHECK_SECONDS", 60)},
                  .second_copies = from.get("SECOND_COPIES", "on") != "off",
                  .copy_minutes_per_day = edge::whole_number(from.get("SECOND_COPY_MINUTES_PER_DAY", "")),
                  .most_open_streams = number_in(from, "MAX_OPEN_STREAMS", 20)};
}

} // namespace streams
