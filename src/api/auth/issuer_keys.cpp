#include "api/auth/issuer_keys.h"

#include "crypto/keys.h"
#include "edge/http/status.h"
#include "json/reader.h"

namespace api {

namespace {

constexpr std::chrono::seconds kept{300};
constexpr std::chrono::seconds patience{5};
constexpr std::uint32_t longest_set = 64 * 1024;

constexpr edge::problem_type keys_unavailable{
    .status = 503,
    .type = "issuer-unavailable",
    .title = "The token cannot be checked now",
    .detail = "The token issuer's keys could not be fetched. Try again in a few seconds.",
    .header = {"retry-after", "5"}};

edge::task<edge::result<json::document>> fetch_set(edge::host& host, std::string_view url) {
  edge::operation::fetch call{.method = "GET",
                              .url = std::string{url},
                              .headers = {{"accept", "application/json"}},
                              .body = {},
                              .timeout = patience,
                              .body_limit = longest_set,
                              .cache = kept};
  auto answer =
      edge::succeeded("fetch the issuer's keys",
                      co_await attempt(host.fetch("issuer-keys", std::move(call), host.now() + patience)));
  if (!answer) {
    co_return refuse(keys_unavailable);
  }
  auto set = json::document::parse(answer->body);
  if (!set || !set->root()["keys"].is_array()) {
    co_return refuse(keys_unavailable);
  }
  co_return std::move(*set);
}

} // namespace

bool is_key_set_url(std::string_view url) {
  std::size_t scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) {
    return false;
  }
  std::string_view scheme = url.substr(0, scheme_end);
  std::string_view authority = url.substr(scheme_end + 3);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  if (authority.empty() || url.find_first_of("@\\ ") != std::string_view::npos) {
    return false;
  }
  std::string_view host = authority.substr(0, authority.find(':'));
  return scheme == "https" || (scheme == "http" && (host == "127.0.0.1" || host == "localhost"));
}

edge::task<edge::result<bool>> verify_with_key_set(edge::host& host, std::string_view url,
                                                   const crypto::jws& token) {
  json::document set = co_await fetch_set(host, url);
  auto key = crypto::find_public_key(set.root(), token);
  if (!key || token.signature.size() != key->signature_size) {
    co_return false;
  }
  auto verified =
      co_await attempt(host.perform(edge::operation::verify{.algorithm = key->parameters(),
                                                            .key = std::move(key->jwk),
                                                            .data = std::string{token.signing_input},
                                                            .signature = token.signature}));
  // The host fails on numbers that are not a key: such a key signed nothing.
  co_return verified.value_or(false);
}

} // namespace api
