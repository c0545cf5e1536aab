#include "simulation/model_viewer.h"

#include "crypto/base64.h"
#include "json/reader.h"
#include "simulation/deployment.h"
#include "simulation/model_cipher.h"

#include <algorithm>
#include <chrono>
#include <optional>

namespace simulation {

namespace {

constexpr std::string_view media_at_mux = "https://stream.mux.com/";
constexpr std::string_view images_at_mux = "https://image.mux.com/";

struct viewer_token {
  std::string subject;
  std::string audience;
};

// What a token of that provider is for; nullopt if it is forged or has expired.
std::optional<viewer_token> read_viewer_token(std::string_view token, std::string_view key,
                                              edge::timestamp now) {
  const std::size_t dot = token.rfind('.');
  const std::string_view input = token.substr(0, dot);
  if (dot == std::string_view::npos || token.substr(dot + 1) != crypto::base64url_encode(sign(key, input))) {
    return std::nullopt;
  }
  const auto claims = crypto::base64url_decode(input.substr(input.find('.') + 1));
  const auto read = json::document::parse(claims.value_or(""));
  const std::chrono::seconds expires{read ? read->root()["exp"].integer().value_or(0) : 0};
  if (!read || edge::timestamp{expires} <= now) {
    return std::nullopt;
  }
  return viewer_token{.subject = read->root()["sub"].text_or_empty(),
                      .audience = read->root()["aud"].text_or_empty()};
}

std::optional<std::string> policy_at_mux(const model_mux& in, std::string_view id) {
  for (const auto& each : in.live_streams()) {
    if (each.playback_id == id) {
      return each.policy;
    }
  }
  const auto of_asset = [&](const auto& each) -> std::optional<std::string> {
    for (const auto& playback : in.playback_ids_of(each.id)) {
      if (playback.id == id) {
        return playback.policy;
      }
    }
    return std::nullopt;
  };
  std::optional<std::string> found;
  for (const auto& each : in.assets()) {
    found = found ? found : of_asset(each);
  }
  for (const auto& each : in.made_assets()) {
    found = found ? found : of_asset(each);
  }
  return found;
}

std::string refusal_at_mux(const world& in, std::string_view rest, std::string_view wanted) {
  const std::string_view id = rest.substr(0, rest.find_first_of("./"));
  const auto policy = policy_at_mux(in.mux(), id);
  if (!policy) {
    return "Mux has no such playback id";
  }
  constexpr std::string_view name = "token=";
  const std::size_t place = rest.find(name);
  if (*policy == "public") {
    return place == std::string_view::npos ? "" : "Mux takes no token for a public playback id";
  }
  const auto token = place == std::string_view::npos
                         ? std::nullopt
                         : read_viewer_token(rest.substr(place + name.size()), mux_signing_key(), in.now());
  const bool is_for_it = token && token->subject == id && token->audience == wanted;
  return is_for_it ? "" : "Mux wants a token for it";
}

std::optional<bool> is_protected_at_cloudflare(const model_cloudflare& in, std::string_view id) {
  if (const auto* input = in.find(id)) {
    return input->is_protected;
  }
  for (const auto& each : in.videos()) {
    if (each.id == id) {
      return each.is_protected;
    }
  }
  for (const auto& each : in.made_videos()) {
    if (each.id == id) {
      return each.is_protected;
    }
  }
  return std::nullopt;
}

std::string refusal_at_cloudflare(const world& in, std::string_view rest) {
  const std::string_view name = rest.substr(0, rest.find('/'));
  const auto token = name.contains('.') ? read_viewer_token(name, cloudflare_signing_key, in.now())
                                        : std::optional{viewer_token{.subject = {}, .audience = {}}};
  if (!token) {
    return "Cloudflare takes no such token";
  }
  const std::string id = token->subject.empty() ? std::string{name} : token->subject;
  const auto is_protected = is_protected_at_cloudflare(in.cloudflare(), id);
  if (!is_protected) {
    return "Cloudflare has no such video";
  }
  return *is_protected && token->subject.empty() ? "Cloudflare wants a token for it" : "";
}

} // namespace

std::string refusal_of(const world& in, std::string_view url) {
  if (url.starts_with(media_at_mux)) {
    return refusal_at_mux(in, url.substr(media_at_mux.size()), "v");
  }
  if (url.starts_with(images_at_mux)) {
    return refusal_at_mux(in, url.substr(images_at_mux.size()), "t");
  }
  constexpr std::string_view at_cloudflare = model_cloudflare::playback;
  return url.starts_with(at_cloudflare) ? refusal_at_cloudflare(in, url.substr(at_cloudflare.size())) : "";
}

std::vector<std::string> addresses_in(std::string_view text) {
  constexpr std::string_view begin = "\"https://";
  std::vector<std::string> found;
  for (std::size_t at = text.find(begin); at != std::string_view::npos; at = text.find(begin, at + 1)) {
    found.emplace_back(text.substr(at + 1, text.find('"', at + 1) - at - 1));
  }
  return found;
}

} // namespace simulation
