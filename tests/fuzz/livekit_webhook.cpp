// Webhooks of LiveKit. An input is the token, a line break and the body. The first line may also be the
// claims of a token, which is then signed with our secret.
#include "crypto/base64.h"
#include "crypto/jwt.h"
#include "crypto/sha256.h"
#include "json/reader.h"
#include "json/writer.h"
#include "livekit/webhook.h"
#include "target.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace {

using fuzz::require;

constexpr std::int64_t signing_time = 1'790'000'000;
constexpr std::int64_t lifetime = 300;

const livekit::settings ours{.url = "https://proj.livekit.cloud",
                             .api_key = "APIkey",
                             .api_secret = crypto::secret{std::string(32, 's')}};
const livekit::settings of_others{
    .url = ours.url, .api_key = ours.api_key, .api_secret = crypto::secret{std::string(32, 'o')}};

bool accepts(std::string_view token, std::string_view body, std::int64_t now = signing_time,
             const livekit::settings& with = ours) {
  return livekit::verify_webhook({{"Authorization", std::string{token}}}, body, with,
                                 edge::timestamp{std::chrono::seconds{now}});
}

std::string digest(std::string_view body) { return crypto::base64_encode(crypto::sha256::of(body)); }

// What LiveKit signs is taken from it alone, while it is valid, and only as it was signed.
void check_signed(std::string_view body, std::string_view other) {
  const std::string claims = json::object()
                                 .set("iss", ours.api_key)
                                 .set("nbf", signing_time)
                                 .set("exp", signing_time + lifetime)
                                 .set("sha256", digest(body))
                                 .dump();
  const std::string token = crypto::sign_hs256(claims, ours.api_secret).value_or("");
  require(accepts(token, body));
  require(!accepts(token, body, signing_time, of_others));
  require(!accepts(token, body, signing_time + lifetime));
  require(!accepts("Bearer " + token, body));
  require(!accepts(fuzz::with_one_change(token, other), body));
  require(!accepts(token, std::string{body} + '\n'));
  if (!body.empty()) {
    require(!accepts(token, fuzz::with_one_change(std::string{body}, other)));
  }
}

// Whatever else a token with our signature says, it is for the body whose digest it names.
void check_claims(std::string_view claims, std::string_view body) {
  const auto token = crypto::sign_hs256(claims, ours.api_secret);
  if (!token || !accepts(*token, body)) {
    return;
  }
  const auto read = json::document::parse(claims);
  require(read.has_value());
  require(read->root()["sha256"].text() == digest(body));
  require(read->root()["iss"].text() == ours.api_key);
}

void check_event(std::string_view body) {
  const auto event = livekit::read_event(body);
  const auto again = livekit::read_event(body);
  require(event.has_value() == again.has_value());
  if (event) {
    require(event->news == again->news && event->room == again->room);
  }
}

} // namespace

void fuzz::run(std::string_view input) {
  const std::string_view first = take_line(input);
  require(!accepts(first, input));
  check_claims(first, input);
  check_signed(input, first);
  check_event(input);
}
