// Invites: signed links, each of which lets one phone publish to one stream until it expires, or lets
// somebody watch one that is private, without an account.
#pragma once

#include "edge/http/context.h"

namespace api {

// POST /api/streams/{id}/invites `{expiresIn?, name?, purpose?}`, for whoever may publish to the stream: how
// many seconds it is good for (300 to 2,592,000, a day where nothing is said), what to call it, and whether
// it is to publish (where nothing is said) or to watch. Answers 201 with {invite {id, name, purpose, token,
// url, expiresAt}}: the token is told this once. 409 where the stream has ended or has 50 invites that hold;
// of two who ask at a time both may get the last one.
edge::task<edge::result<>> create_invite(edge::context& request);

// GET /api/streams/{id}/invites, for whoever may manage the stream: {invites: [{id, name, purpose, expiresAt,
// revokedAt}]}, the newest first, without those that have expired.
edge::task<edge::result<>> list_invites(edge::context& request);

// DELETE /api/streams/{id}/invites/{invite}, for the same: withdraws it, and answers 204. It is refused from
// then on; in other parts of the world that may take a minute. What was begun with it goes on: new
// credentials cut that off.
edge::task<edge::result<>> revoke_invite(edge::context& request);

} // namespace api
