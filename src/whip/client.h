// A WHIP client (RFC 9725) for the proxy between a phone and a provider. It passes the phone's requests on
// unchanged, and looks only at the status of the answers.
#pragma once

#include "crypto/secret.h"
#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/http/headers.h"
#include "edge/task.h"

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whip {

// Where to publish.
struct endpoint {
  crypto::secret url;    // may be a credential as a whole
  crypto::secret bearer; // empty if the address needs no token
  // Redirects and sessions may lead to these hosts and hosts below them, in addition to the host of the
  // address, and to the port of the address only.
  std::vector<std::string> hosts;
};

// An answer of the provider.
struct exchange {
  int status;
  edge::headers headers;
  std::string body;
  crypto::secret url; // that answered, after redirects
};

class client {
public:
  static constexpr edge::milliseconds call_timeout{8000};
  static constexpr std::uint32_t answer_limit = 64 * 1024;
  static constexpr int most_redirects = 3;

  // Both must outlive this. No call begins after the deadline or lasts beyond it. Nothing is tried twice.
  client(edge::host& host, const endpoint& to, edge::timestamp deadline)
      : host_(host), to_(to), deadline_(deadline) {}

  // Each gives the answer, whatever its status. Redirects by 307 and 308 are followed (section 4.5);
  // malformed if there are too many, or if one leads to another host.
  edge::task<edge::outcome<exchange>> post(std::string offer);
  // `precondition` is the value of If-Match.
  edge::task<edge::outcome<exchange>> patch(const crypto::secret& session, std::string fragment,
                                            std::optional<std::string_view> precondition);
  edge::task<edge::outcome<exchange>> remove(const crypto::secret& session);

  // The address of the new session. Nothing if the answer names none, or one at another host.
  [[nodiscard]] std::optional<crypto::secret> session_of(const exchange& made) const;

private:
  struct call {
    std::string_view label; // for Server-Timing
    std::string_view step;  // for a person
    std::string method;
    std::string url;
    edge::headers headers;
    std::string body;
  };

  edge::task<edge::outcome<exchange>> send(call what);
  [[nodiscard]] bool is_allowed(std::string_view url) const;

  edge::host& host_;
  const endpoint& to_;
  edge::timestamp deadline_;
};

} // namespace whip
