// A WHIP session through our proxy. Its address at the provider may contain the publish credential, so
// publishers get it sealed. The store has it sealed too, with the fact that it began, to cut it off.
#pragma once

#include "crypto/secret.h"
#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"
#include "streams/model/change.h"
#include "streams/model/stream.h"
#include "streams/settings/keyring.h"

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace streams {

// What lets somebody publish. A session that goes on after a loss keeps that of the session before.
struct publishing_right {
  edge::timestamp since;
  std::string invite = {}; // the id of the invite that gave it; empty for an owner
  std::string user = {};   // the subject of the token that gave it; empty for an invite and for an admin
};

struct whip_session {
  // How long it authorises to go on, as long as the longest broadcast that Mux takes.
  static constexpr std::chrono::hours longest{12};

  std::string id; // ours: 16 hexadecimal digits
  edge::timestamp begun;
  crypto::secret url; // at the provider
  publishing_right by;
  std::string relay = {}; // the address of the relay that it uses, if any

  static whip_session begin(edge::host& host, crypto::secret url, publishing_right by);

  // The facts that publishing has begun and has ended: see broadcast_state.
  [[nodiscard]] change begin_fact() const;
  [[nodiscard]] change end_fact(edge::timestamp now) const;
};

// A text of letters, digits, '-' and '_' that opens for this stream only, with any of the keys.
edge::task<edge::outcome<std::string>> seal_session(edge::host& host, const keyring& keys,
                                                    std::string_view stream_id, const whip_session& what);

// The reverse; nullopt for a text that was not sealed so, or was sealed for another stream.
edge::task<std::optional<whip_session>> open_session(edge::host& host, const keyring& keys,
                                                     std::string_view stream_id, std::string_view sealed);

// The newest session of the stream, unless the phone has ended it; nullopt as well if the store does not know
// it or its key is gone.
edge::task<std::optional<whip_session>> newest_session(edge::host& host, const keyring& keys,
                                                       const stream_record& stream);

} // namespace streams
