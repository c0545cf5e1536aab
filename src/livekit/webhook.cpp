#include "livekit/webhook.h"

#include "crypto/base64.h"
#include "crypto/jwt.h"
#include "crypto/sha256.h"
#include "json/reader.h"

#include <array>
#include <chrono>

namespace livekit {

bool verify_webhook(const edge::headers& fields, std::string_view body, const settings& with,
                    edge::timestamp now) {
  const std::array keys{crypto::jwt_key{.algorithm = crypto::jws_algorithm::hs256, .value = with.api_secret}};
  const auto claims =
      crypto::verify_jwt(fields.find("authorization").value_or(""), keys,
                         {.issuer = with.api_key, .audiences = {}, .needs_subject = false},
                         std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count());
  return claims && claims->all.root()["sha256"].text() == crypto::base64_encode(crypto::sha256::of(body));
}

std::optional<event> read_event(std::string_view body) {
  const auto document = json::document::parse_leniently(body);
  if (!document) {
    return std::nullopt;
  }
  const json::value root = document->root();
  const auto name = root["event"].text();
  if (name == "track_published" || name == "ingress_started") {
    const json::value in_ingress = root["ingressInfo"]["roomName"];
    const json::value room = in_ingress.exists() ? in_ingress : root["room"]["name"];
    return event{.news = news::published, .room = room.text_or_empty()};
  }
  if (name != "egress_ended") {
    return std::nullopt;
  }
  const json::value egress = root["egressInfo"];
  const bool is_regular = egress["status"].text() == "EGRESS_COMPLETE";
  return event{.news = is_regular ? news::egress_ended : news::egress_failed,
               .room = egress["roomName"].text_or_empty()};
}

} // namespace livekit
