#include "api/invitation.h"

#include "api/authentication.h"
#include "api/problems.h"
#include "streams/repository.h"

namespace api {

namespace {

edge::problem invite_refused() {
  return {.status = 401,
          .type = "invite-refused",
          .title = "The invitation does not hold any more",
          .detail = "It has expired or was withdrawn. Ask whoever sent it for a new one.",
          .headers = {{"www-authenticate", "Bearer error=\"invalid_token\""}}};
}

} // namespace

edge::task<std::expected<std::optional<known_stream>, edge::problem>>
find_stream_by_invite(edge::context& request, streams::invite_purpose to) {
  auto token = bearer_of(request.request);
  auto keys = streams::keyring::read(request.host.settings());
  if (!token || !keys) co_return std::nullopt;
  auto claims = streams::read_invite(*keys, *token, request.host.now());
  if (!claims && claims.error() == streams::invite_refusal::expired)
    co_return std::unexpected(invite_refused());
  if (!claims || claims->purpose != to) co_return std::nullopt;
  if (claims->stream_id != request.parameters.front()) co_return std::unexpected(no_such_stream());
  known_stream stream = co_await co_await find_public_stream(request);
  streams::repository repository{request.host, request.host.now() + stream_budget};
  auto known = co_await repository.get_invite(claims->stream_id, claims->invite_id);
  if (!known) co_return std::unexpected(store_unavailable());
  if (!*known || !(*known)->holds(request.host.now())) co_return std::unexpected(invite_refused());
  co_return stream;
}

} // namespace api
