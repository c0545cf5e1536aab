// What a caller may do with a stream or a memorial, and the one way for a handler to load a stream.
#pragma once

#include "api/auth/authentication.h"
#include "edge/http/context.h"
#include "streams/model/stream.h"
#include "streams/settings/settings.h"
#include "streams/store/invite_store.h"
#include "streams/store/memorial_store.h"
#include "streams/store/store.h"
#include "streams/watch/signed_playback.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace api {

// How long a request may take to read or change one stream.
inline constexpr std::chrono::seconds stream_budget{15};

// What a handler needs a caller to be allowed.
enum class right : std::uint8_t {
  watch,   // anyone, if the stream is public; else with an invite or the right to manage
  publish, // with an invite to publish, or as an owner
  monitor, // with an invite to publish or the right to manage
  manage,  // an owner or an admin
  remove,  // the same; finds the stream even when its deletion has begun
  own,     // users that the stream's memorial admits or, without a known memorial, its creator: they may see
           // credentials
};

struct stream_access {
  streams::settings settings;
  streams::stream_record record;
  bool owned = false;                                   // by the caller
  std::optional<streams::invite> invite = std::nullopt; // that admitted the caller, if one did
  std::optional<caller> user = std::nullopt;            // who the caller is, if a token says so
  // What playback of a private stream is signed with; only for right::watch.
  std::optional<streams::playback_keys> keys = std::nullopt;

  [[nodiscard]] bool is_private() const { return record.is_private(); }
};

// The settings of this deployment. Fails with 503.
edge::result<streams::settings> settings_of(const edge::context& request);

namespace access {

// The stream as it was last folded, if the caller has the right to it: one read of the store, and another one
// for a memorial or an invite. Only for the other rights than watch and monitor it has its credentials. Fails
// with
//   401 for a token that is not accepted, and for an invite that expired or was revoked
//       (other locations may accept a revoked invite for another minute),
//   403 for an admin who needs to be an owner,
//   404 for a missing stream; a stream that the caller may not know of is indistinguishable from it,
//   503 when settings are missing or the store fails.
edge::task<edge::result<stream_access>> require(edge::context& request, right wanted, std::string_view id);

// The same for the stream that the route's first parameter names.
edge::task<edge::result<stream_access>> require(edge::context& request, right wanted);

// The stream for a caller whose right was established otherwise. Fails with 404 and 503.
edge::task<edge::result<stream_access>> load(edge::context& request, streams::settings with,
                                             std::string_view id);

// The memorial; nullopt if it is unknown. Fails with 403 if it is known and does not admit the caller, and
// with 503.
edge::task<edge::result<std::optional<streams::memorial>>>
memorial_for(streams::store& store, const caller& user, std::string_view memorial_id);

} // namespace access

} // namespace api
