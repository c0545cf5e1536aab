#include "streams/store/deployment.h"

#include "crypto/hex.h"
#include "streams/model/stream_id.h"
#include "streams/store/keys.h"

namespace streams {

edge::task<edge::outcome<std::string>> deployment_of(kv store, edge::entropy& random, std::string_view name,
                                                     std::string_view stored) {
  std::string id{stored};
  if (!is_deployment_id(id)) {
    id = crypto::hex_encode(random.take(deployment_id_size / 2));
    co_await store.put(std::string{keys::deployment}, id);
  }
  co_return std::string{name} + '-' + id;
}

edge::task<edge::outcome<std::string>> deployment_of(kv store, edge::entropy& random, std::string_view name) {
  const auto stored = co_await store.get(std::string{keys::deployment});
  co_return co_await deployment_of(store, random, name, stored.value_or(""));
}

} // namespace streams
