// The invariants of the world. Violations are recorded there.
#pragma once

#include "edge/http/request.h"
#include "edge/http/response.h"
#include "edge/operation.h"

#include <string_view>

namespace simulation {

class world;
struct served;

// At every step.

// Nothing changes at a provider without an intent that was written first.
void check_before_call(world& in, const edge::operation::fetch& call);
// No two live inputs have the same tag.
void check_providers(world& in);
// A response says what happened; a stream that it promises is stored completely, and its owner can read it.
void check_answer(world& in, const edge::request& to, const edge::response& what);
// What anyone but its owner may see contains no secret.
void check_no_secret(world& in, std::string_view where, std::string_view text);

// When the Worker is at rest or was killed.

// Every object at a provider belongs to a recorded stream, and every recorded object exists; otherwise an
// intent names what is left over, and no waiting caller was told that nothing is.
void check_at_rest(world& in, const served& last);

} // namespace simulation
