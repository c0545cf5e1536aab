#include "streams/relay_settings.h"

#include "crypto/jwt.h"

#include <algorithm>
#include <array>

namespace streams {

namespace {

// A browser sends its token there, so it has to be secure; a relay on the same machine is.
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
  if (std::ranges::none_of(required, [&](const char* name) { return from.find(name).has_value(); }))
    return names;
  auto need = [&](const char* name, bool usable) {
    if (!usable) names.emplace_back(name);
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
  if (!url || !token_secret || !credential || !missing(from).empty()) return std::nullopt;
  return relay_settings{.url = std::string{url->substr(0, url->find_last_not_of('/') + 1)},
                        .token_secret = crypto::secret{std::string{*token_secret}},
                        .credential = crypto::secret{std::string{*credential}}};
}

} // namespace streams
