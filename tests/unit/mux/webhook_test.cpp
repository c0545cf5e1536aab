// mux::verify_webhook: Mux's header and names.
#include "mux/webhook.h"
#include "support/catch.h"

#include <chrono>
#include <string_view>
#include <vector>

namespace {

constexpr std::string_view body = R"({"type":"video.live_stream.active","id":"e1"})";
constexpr edge::timestamp now{std::chrono::seconds{1'790'000'000}};
const std::vector secrets = {crypto::secret("mux_test_secret_0001")};

} // namespace

TEST_CASE("The Mux-Signature header, in any case, decides whether a webhook is from Mux") {
  const char* const signature =
      "t=1790000000,v1=c60ccde25766cf5055cf3e7e3abbede8dc6012b2bf1691d1e63520415e01ac3e";
  CHECK(mux::verify_webhook({{"Mux-Signature", signature}}, body, secrets, now) == 1'790'000'000);
  CHECK(mux::verify_webhook({{"Host", "x"}, {"mux-signature", signature}}, body, secrets, now) ==
        1'790'000'000);
  CHECK(mux::verify_webhook({{"Webhook-Signature", signature}}, body, secrets, now) ==
        std::unexpected(crypto::signature_error::empty));
  CHECK(mux::verify_webhook({{"Mux-Signature", signature}}, "{}", secrets, now) ==
        std::unexpected(crypto::signature_error::mismatch));
  CHECK(mux::verify_webhook({{"Mux-Signature", signature}}, body, secrets, now + std::chrono::hours{1}) ==
        std::unexpected(crypto::signature_error::too_old));
}

TEST_CASE("Half a second before the next one it is still the same second") {
  const auto sent = mux::signature_scheme.sign(body, secrets[0], 1'790'000'300);
  CHECK(mux::verify_webhook({{"Mux-Signature", sent}}, body, secrets, now + std::chrono::milliseconds{999}));
}
