// cloudflare::verify_notification: the shared secret of notifications.
#include "cloudflare/webhook.h"
#include "support/catch.h"

#include <vector>

TEST_CASE("A notification must carry one of the configured secrets in full") {
  const std::vector secrets = {crypto::secret("old secret"), crypto::secret("new secret")};
  CHECK(cloudflare::verify_notification({{"cf-webhook-auth", "old secret"}}, secrets));
  CHECK(cloudflare::verify_notification({{"CF-Webhook-Auth", "new secret"}}, secrets));
  for (const char* const given :
       {"", "new", "new secret ", "New secret", "new secretnew secret", "old secret,new secret"}) {
    INFO(given);
    CHECK_FALSE(cloudflare::verify_notification({{"cf-webhook-auth", given}}, secrets));
  }
  CHECK_FALSE(cloudflare::verify_notification({}, secrets));
  CHECK_FALSE(cloudflare::verify_notification({{"Authorization", "new secret"}}, secrets));
}

TEST_CASE("Without a configured secret no notification is accepted, not even one with an empty secret") {
  CHECK_FALSE(cloudflare::verify_notification({{"cf-webhook-auth", ""}}, {}));
  CHECK_FALSE(cloudflare::verify_notification({{"cf-webhook-auth", ""}}, std::vector{crypto::secret("")}));
  CHECK_FALSE(cloudflare::verify_notification({}, std::vector{crypto::secret("")}));
}
