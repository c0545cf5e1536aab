// Calls handlers of the API as signed-in users, with a script in place of the store and the providers.
#pragma once

#include "crypto/base64.h"
#include "crypto/jwt.h"
#include "edge/environment.h"
#include "edge/http/context.h"
#include "json/writer.h"
#include "streams/model/stream.h"
#include "streams/settings/keyring.h"
#include "support/scripted_host.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace support {

inline constexpr std::string_view token_secret = "0123456789abcdef0123456789abcdef";
inline constexpr std::string_view stream_id = "7zy1kq3m9v0c8r5t2w4x6abcde";

inline edge::environment api_settings() {
  edge::environment all;
  all.set("STREAMS", std::string{edge::environment::bound});
  all.set("AUTH_HS256_SECRETS", std::string{token_secret});
  all.set("AUTH_ISSUER", "https://id.example/");
  all.set("AUTH_AUDIENCE", "whip-mux");
  all.set("SEALING_KEYS", "k1:" + crypto::base64url_encode(std::string(32, 'k')));
  all.set("CLOUDFLARE_ACCOUNT_ID", "f0e1d2c3b4a5968778695a4b3c2d1e0f");
  all.set("CLOUDFLARE_API_TOKEN", "token");
  return all;
}

inline edge::environment settings_with_mux() {
  edge::environment all = api_settings();
  all.set("MUX_TOKEN_ID", "id");
  all.set("MUX_TOKEN_SECRET", "secret");
  return all;
}

// The same with a relay.
inline edge::environment settings_with_relay() {
  edge::environment all = settings_with_mux();
  all.set("RELAY_URL", "https://relay.example");
  all.set("RELAY_TOKEN_SECRET", std::string(32, 's'));
  all.set("RELAY_CREDENTIAL", std::string(32, 'c'));
  return all;
}

// The header of a user with that subject, who has the role admin if the subject is "admin".
inline std::string bearer_of(std::string_view subject) {
  const auto now = std::chrono::floor<std::chrono::seconds>(scripted_host::start.time_since_epoch());
  json::object claims;
  claims.set("sub", subject)
      .set("iss", "https://id.example/")
      .set("aud", "whip-mux")
      .set("exp", static_cast<std::int64_t>(now.count()) + 60);
  if (subject == "admin") {
    claims.set("roles", json::array().add("admin"));
  }
  return "Bearer " +
         crypto::sign_hs256(claims.dump(), crypto::secret{std::string{token_secret}}).value_or("");
}

// A stream of "owner" with a live input only.
inline streams::stream_record quiet_stream() {
  return {.id = std::string{stream_id},
          .title = "The service",
          .memorial_id = {},
          .created_by = "owner",
          .created_at = scripted_host::start - std::chrono::hours{1},
          .cloudflare = streams::cloudflare_side{"input", "https://c.example"},
          .mux = {},
          .sealed_credentials = {},
          .warnings = {},
          .broadcasts = {}};
}

// Scripts the read of a record.
inline void stores(scripted_host& world, const streams::stream_record& record) {
  world.next<edge::operation::kv_get>(edge::operation::kv_get::result{
      {.found = true, .value = record.to_text()}, {.found = true, .value = "k1:c2VhbGVk"}, {}, {}});
}

// Scripts the read of one key.
inline void stores(scripted_host& world, std::string value) {
  const bool found = !value.empty();
  world.next<edge::operation::kv_get>(
      edge::operation::kv_get::result{{.found = found, .value = std::move(value)}});
}

// Scripts a fold without facts that is written, and the check for a deletion after it.
inline void saves_a_fold(scripted_host& world) {
  world.next<edge::operation::kv_list>(edge::operation::kv_list::result{});
  world.next<edge::operation::kv_put>(std::monostate{});
  world.next<edge::operation::kv_get>(edge::operation::kv_get::result{{}, {.found = true, .value = {}}});
}

struct call {
  std::string method = "GET";
  std::string path = "/";
  std::string authorization = {};
  std::vector<std::string> parameters = {std::string{stream_id}};
};

inline edge::context request_for(scripted_host& world, const call& what) {
  edge::context request{.host = world.host(),
                        .request = {.method = what.method,
                                    .url = "https://a.example" + what.path,
                                    .headers = {{"content-type", "application/json"}}}};
  if (!what.authorization.empty()) {
    request.request.headers.add("authorization", what.authorization);
  }
  request.request_id = "request";
  request.parameters = what.parameters;
  return request;
}

} // namespace support
