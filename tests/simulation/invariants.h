// What must hold in the world. Whatever does not is noted there as violated.
#pragma once

#include "edge/http/request.h"
#include "edge/http/response.h"
#include "edge/operation.h"

#include <string_view>

namespace simulation {

class world;
struct served;

// At every step.

// Nothing is changed at a provider that is not written down as intended.
void check_before_call(world& in, const edge::operation::fetch& call);
// No two live inputs carry one tag.
void check_providers(world& in);
// An answer says what happened; a stream that it promises is stored, whole, and can be opened by its owner.
void check_answer(world& in, const edge::request& to, const edge::response& what);
// What anybody but its owner may see holds no secret.
void check_no_secret(world& in, std::string_view where, std::string_view text);

// When the Worker has come to rest, or was killed.

// Whatever stands at a provider belongs to a recorded stream, and whatever is recorded stands there; or an
// intent names what is left over, and whoever waited for an answer was not told that nothing is.
void check_at_rest(world& in, const served& last);

} // namespace simulation
