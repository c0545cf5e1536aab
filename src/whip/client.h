// Where a broadcast is published to by WHIP, and what admits one there.
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

struct endpoint {
  crypto::secret url;    // it may be a credential as a whole
  crypto::secret bearer; // empty where the address alone admits
  // Redirects and sessions may be at the host of the address, and at these hosts and their subdomains.
  std::vector<std::string> hosts;
};

// A client of the WebRTC-HTTP ingestion protocol (RFC 9725) for a proxy between a phone and the endpoint. It
// forwards what the phone sends unchanged, and looks only at the status of what comes back.

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

  // Both must outlive this. No call is begun after the deadline, nor lasts beyond it. Nothing is tried twice.
  client(edge::host& host, const endpoint& to, edge::timestamp deadline)
      : host_(host), to_(to), deadline_(deadline) {}

  // Each gives the answer, whatever its status. 307 and 308 are followed (section 4.5). Fails when no answer
  // comes, and with malformed when a redirect goes round in circles or to another host.
  edge::task<edge::outcome<exchange>> post(std::string offer);
  // `precondition` is the value of If-Match, where there is one.
  edge::task<edge::outcome<exchange>> patch(const crypto::secret& session, std::string fragment,
                                            std::optional<std::string_view> precondition);
  edge::task<edge::outcome<exchange>> remove(const crypto::secret& session);

  // The session that was made, as an absolute address. Nothing where the answer does not name one, or names
  // one at somebody else.
  std::optional<crypto::secret> session_of(const exchange& made) const;

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
  bool is_ours(std::string_view url) const;

  edge::host& host_;
  const endpoint& to_;
  edge::timestamp deadline_;
};

} // namespace whip
