// cloudflare::verify_video_webhook: Cloudflare's header and names.
#include "cloudflare/webhook.h"
#include "support/catch.h"

#include <chrono>
#include <string_view>
#include <vector>

TEST_CASE("The Webhook-Signature header decides whether a webhook about a video is from Cloudflare") {
  constexpr std::string_view body = R"({"uid":"0123456789abcdef0123456789abcdef","readyToStream":true})";
  constexpr edge::timestamp now{std::chrono::seconds{1'790'000'000}};
  const std::vector secrets = {crypto::secret("cf_test_secret_0000"), crypto::secret("cf_test_secret_0001")};
  const char* const signature =
      "time=1790000000,sig1=4345123bc3883c931851f976d5ef5cc79dbc42d6198fcee580b33fb9b7a65798";
  CHECK(cloudflare::verify_video_webhook({{"webhook-signature", signature}}, body, secrets, now) ==
        1'790'000'000);
  CHECK(cloudflare::verify_video_webhook({{"Mux-Signature", signature}}, body, secrets, now) ==
        std::unexpected(crypto::signature_error::empty));
  CHECK(cloudflare::verify_video_webhook({{"Webhook-Signature", signature}}, body,
                                         std::vector{crypto::secret("cf_test_secret_0000")},
                                         now) == std::unexpected(crypto::signature_error::mismatch));
  CHECK(cloudflare::verify_video_webhook({{"Webhook-Signature", signature}}, body, secrets,
                                         now - std::chrono::minutes(6)) ==
        std::unexpected(crypto::signature_error::in_future));
}
