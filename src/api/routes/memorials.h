// Memorials: who may stream for them.
#pragma once

#include "edge/http/context.h"

namespace api {

// PUT /api/memorials/{id}: {owner, funeralDirector?, videographers?}, each the subject of a token. An admin
// may write any; an owner the own one, but for the owner. Answers 200 with what is kept.
edge::task<edge::result<>> put_memorial(edge::context& request);

// GET /api/memorials/{id}, for an admin and for those whom it names.
edge::task<edge::result<>> get_memorial(edge::context& request);

// DELETE /api/memorials/{id}, for an admin and the owner: 204. Its streams stay, with their creators.
edge::task<edge::result<>> remove_memorial(edge::context& request);

} // namespace api
