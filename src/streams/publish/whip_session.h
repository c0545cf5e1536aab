// A session of somebody who publishes by WHIP through us: at the provider it is an address that may hold the
// publish credential, so that it is told sealed, and nothing of it needs to be stored.
#pragma once

#include "crypto/secret.h"
#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"
#include "streams/model/change.h"
#include "streams/model/keyring.h"

#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace streams {

struct whip_session {
  std::string id; // 16 hexadecimal digits, of our own
  edge::timestamp begun;
  crypto::secret url; // at the provider

  static whip_session begin(edge::host& host, crypto::secret url);

  // What is stored when publishing has begun, and when it has ended: see broadcast_state.
  change begin_fact() const;
  change end_fact(edge::timestamp now) const;
};

// A text of letters, digits, '-' and '_' that opens for this stream only, with any of the keys.
edge::task<edge::outcome<std::string>> seal_session(edge::host& host, const keyring& keys,
                                                    std::string_view stream_id, const whip_session& what);

// The reverse; nothing for a text that was not sealed so, or for another stream.
edge::task<std::optional<whip_session>> open_session(edge::host& host, const keyring& keys,
                                                     std::string_view stream_id, std::string_view sealed);

} // namespace streams
