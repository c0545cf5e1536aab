#include "api/auth/access.h"

#include "api/http/problems.h"
#include "streams/model/stream_id.h"
#include "streams/store/credentials.h"
#include "streams/store/invite_store.h"

namespace api {

edge::result<streams::settings> settings_of(const edge::context& request) {
  return streams::settings::read(request.host.settings()).transform_error(not_configured);
}

namespace access {

namespace {

using streams::invite_purpose;

constexpr edge::problem_type invite_refused{
    .status = 401,
    .type = "invite-refused",
    .title = "The invitation does not hold any more",
    .detail = "It has expired or was withdrawn. Ask the sender for a new one.",
    .header = {"www-authenticate", "Bearer error=\"invalid_token\""}};

bool takes_invites(right wanted) {
  return wanted == right::watch || wanted == right::publish || wanted == right::monitor;
}

// Those who publish may watch, too: at least the recording of what they did.
bool gives(invite_purpose purpose, right wanted) {
  return purpose == invite_purpose::publish || wanted == right::watch;
}

// The invite in the request; nullopt if it has none that gives the right. Whether it was revoked is checked
// later.
edge::result<std::optional<streams::invite_claims>>
read_invite(const edge::context& request, const streams::keyring& keys, right wanted, std::string_view id) {
  const auto token = bearer_of(request.request);
  if (!takes_invites(wanted) || !token) {
    return std::nullopt;
  }
  auto claims = streams::read_invite(keys, *token, request.host.now());
  if (!claims && claims.error() == streams::invite_refusal::expired) {
    return refuse(invite_refused);
  }
  if (!claims || !gives(claims->purpose, wanted)) {
    return std::nullopt;
  }
  if (claims->stream_id != id) {
    return refuse(no_such_stream);
  }
  return std::move(*claims);
}

// A fold that was slower than the deletion has written the record again: this removes it.
edge::task<void> repair_deletion(edge::host& host, streams::stream_record record) {
  streams::store store{host, host.now() + stream_budget};
  (void)co_await attempt(store.streams.update(record));
}

// The record is enough for these. Many viewers ask for it, so it costs them one key.
bool needs_record_only(right wanted) { return wanted == right::watch || wanted == right::monitor; }

edge::task<edge::result<stream_access>> find(edge::context& request, streams::settings with,
                                             std::string_view id, right wanted) {
  if (!streams::is_stream_id(id)) {
    co_return refuse(no_such_stream);
  }
  streams::store store{request.host, request.host.now() + stream_budget};
  auto found =
      co_await attempt(needs_record_only(wanted) ? store.streams.get_record(id) : store.streams.get(id));
  if (!found) {
    co_return refuse(store_unavailable);
  }
  if (!*found) {
    co_return refuse(no_such_stream);
  }
  if ((*found)->desired.deleted() && wanted != right::remove) {
    if (!needs_record_only(wanted)) {
      request.after_answering(
          [&host = request.host, record = std::move(**found)] { return repair_deletion(host, record); });
    }
    co_return refuse(no_such_stream);
  }
  co_return stream_access{.settings = std::move(with), .record = std::move(**found)};
}

void reseal_later(edge::context& request, const stream_access& stream) {
  if (!stream.record.sealed_credentials.empty() &&
      !stream.settings.keys.sealed_with_first(stream.record.sealed_credentials)) {
    request.after_answering([&host = request.host, keys = stream.settings.keys, record = stream.record] {
      return streams::reseal_credentials(host, keys, record);
    });
  }
}

} // namespace

edge::task<edge::result<stream_access>> load(edge::context& request, streams::settings with,
                                             std::string_view id) {
  return find(request, std::move(with), id, right::publish);
}

edge::task<edge::result<stream_access>> require(edge::context& request, right wanted, std::string_view id) {
  streams::settings settings = co_await settings_of(request);
  const auto invite = co_await read_invite(request, settings.keys, wanted, id);
  std::optional<caller> user;
  if (!invite && wanted != right::watch) {
    user = co_await authenticate(request);
  }
  auto found = co_await attempt(find(request, std::move(settings), id, wanted));
  if (!found && wanted == right::watch && !invite && bears_token(request)) {
    // A token that is not accepted is answered as for a private stream.
    co_await authenticate(request);
  }
  stream_access stream = co_await std::move(found);
  if (!invite && !user && stream.is_private()) {
    if (!bears_token(request)) {
      co_return refuse(no_such_stream);
    }
    user = co_await authenticate(request);
  }

  streams::store store{request.host, request.host.now() + stream_budget};
  if (user) {
    stream.owned = user->subject == stream.record.created_by;
    if (stream.record.memorial_id) {
      const auto memorial = co_await attempt(store.memorials.get(*stream.record.memorial_id));
      if (!memorial) {
        co_return refuse(store_unavailable);
      }
      // A known memorial decides: its stream may have been made before it was known, or by someone it
      // does not admit any more. Admins may make streams for every memorial.
      if (*memorial) {
        stream.owned = (*memorial)->admits(user->subject) || (stream.owned && user->admin);
      }
    }
    if (!stream.owned && !user->admin) {
      co_return refuse(no_such_stream);
    }
  }
  // Nobody needs an invite to watch a public stream, so one that was revoked does no harm.
  if (invite && (wanted != right::watch || stream.is_private())) {
    const auto known = co_await attempt(store.invites.get(invite->stream_id, invite->invite_id));
    if (!known) {
      co_return refuse(store_unavailable);
    }
    if (!*known || !(*known)->holds(request.host.now())) {
      co_return refuse(invite_refused);
    }
    stream.invite = **known;
    request.caller = stream.invite->name.value_or("");
  }
  if (stream.owned && !stream.record.desired.deleted()) {
    reseal_later(request, stream);
  }
  if (user && !stream.owned && (wanted == right::own || wanted == right::publish)) {
    co_return refuse(publishers_only);
  }
  stream.user = std::move(user);
  if (wanted == right::watch && stream.is_private()) {
    stream.keys =
        co_await streams::playback_keys::read(request.host.settings()).transform_error(not_configured);
  }
  co_return stream;
}

edge::task<edge::result<stream_access>> require(edge::context& request, right wanted) {
  return require(request, wanted, request.parameters.front());
}

edge::task<edge::result<std::optional<streams::memorial>>>
memorial_for(streams::store& store, const caller& user, std::string_view memorial_id) {
  auto memorial = co_await attempt(store.memorials.get(memorial_id));
  if (!memorial) {
    co_return refuse(store_unavailable);
  }
  if (*memorial && !user.admin && !(*memorial)->admits(user.subject)) {
    co_return refuse(not_admitted);
  }
  co_return std::move(*memorial);
}

} // namespace access

} // namespace api
