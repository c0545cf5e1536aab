#include "streams/settings/keyring.h"

#include "crypto/base64.h"
#include "crypto/sha256.h"

#include <algorithm>

namespace streams {

namespace {

constexpr std::size_t key_size = 32;

std::string place(std::string_view stream_id, std::string_view field) {
  return std::string{stream_id} + '/' + std::string{field};
}

} // namespace

std::optional<keyring> keyring::read(const edge::environment& from) {
  keyring ring;
  for (std::string_view each : edge::split_list(from.get("SEALING_KEYS", ""))) {
    std::size_t colon = each.find(':');
    if (colon == std::string_view::npos || colon == 0) {
      return std::nullopt;
    }
    auto bytes = crypto::base64url_decode(each.substr(colon + 1));
    if (!bytes || bytes->size() != key_size) {
      return std::nullopt;
    }
    ring.keys_.push_back({std::string{each.substr(0, colon)}, crypto::secret{std::move(*bytes)}});
  }
  if (ring.keys_.empty()) {
    return std::nullopt;
  }
  return ring;
}

edge::task<edge::outcome<std::string>> keyring::seal(edge::host& host, std::string_view stream_id,
                                                     std::string_view field, std::string_view plain) const {
  const key& active = keys_.front();
  std::string sealed = co_await host.perform(edge::operation::seal{.key = std::string{active.bytes.text()},
                                                                   .associated_data = place(stream_id, field),
                                                                   .plain = std::string{plain}});
  co_return active.id + ':' + crypto::base64url_encode(sealed);
}

edge::task<edge::outcome<std::string>> keyring::open(edge::host& host, std::string_view stream_id,
                                                     std::string_view field, std::string_view sealed) const {
  const edge::error not_opened{edge::error_kind::not_opened, edge::operation::open::purpose};
  std::size_t colon = sealed.find(':');
  if (colon == std::string_view::npos) {
    co_return std::unexpected(not_opened);
  }
  auto used = std::ranges::find(keys_, sealed.substr(0, colon), &key::id);
  auto bytes = crypto::base64url_decode(sealed.substr(colon + 1));
  if (used == keys_.end() || !bytes) {
    co_return std::unexpected(not_opened);
  }
  co_return co_await host.perform(edge::operation::open{.key = std::string{used->bytes.text()},
                                                        .associated_data = place(stream_id, field),
                                                        .sealed = std::move(*bytes)});
}

std::vector<crypto::secret> keyring::derived_for(std::string_view purpose) const {
  std::vector<crypto::secret> derived;
  for (const key& each : keys_) {
    auto tag = crypto::hmac_sha256(each.bytes.bytes(), purpose);
    derived.emplace_back(std::string{tag.begin(), tag.end()});
  }
  return derived;
}

} // namespace streams
