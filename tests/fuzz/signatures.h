// What every scheme of signed webhooks promises.
#pragma once

#include "crypto/secret.h"
#include "crypto/webhook_signature.h"
#include "target.h"

#include <array>
#include <string>
#include <string_view>

namespace fuzz {

inline constexpr std::int64_t signing_time = 1'790'000'000;

// Nobody who lacks the secret is accepted, and what is signed with it is accepted only as it was signed.
inline void check_signatures(const crypto::webhook_signature& scheme, std::string_view header,
                             std::string_view body) {
  const std::array current{crypto::secret{"the older secret of a rotation"},
                           crypto::secret{"the newer secret"}};
  const std::array wrong{crypto::secret{"the secret of somebody else"}, crypto::secret{}};
  const auto accepts = [&](std::string_view with, std::string_view what, auto secrets) {
    const auto verdict = scheme.verify(with, what, secrets, signing_time);
    require(verdict == scheme.verify(with, what, secrets, signing_time));
    return verdict.has_value();
  };
  require(!accepts(header, body, current));

  const std::string signed_header = scheme.sign(body, current[1], signing_time);
  require(accepts(signed_header, body, current));
  require(!accepts(signed_header, body, wrong));
  require(!accepts(with_one_change(signed_header, body), body, current));
  require(!accepts(signed_header, std::string{body} + '\n', current));
  if (!body.empty()) {
    require(!accepts(signed_header, with_one_change(std::string{body}, header), current));
  }
  constexpr auto window = crypto::webhook_signature::window_seconds;
  require(scheme.verify(signed_header, body, current, signing_time + window).has_value());
  require(!scheme.verify(signed_header, body, current, signing_time + window + 1));
  require(!scheme.verify(signed_header, body, current, signing_time - window - 1));
}

} // namespace fuzz
