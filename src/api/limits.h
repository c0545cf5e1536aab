// How many streams a user may make: at a time, by the platform's counter, and in all.
#pragma once

#include "api/authentication.h"
#include "edge/context.h"
#include "edge/task.h"

#include <expected>

namespace api {

// Fails with 429 and Retry-After where the user has made too many in the last minute (binding CREATE_LIMIT;
// without it there is no such limit) or has too many that have not ended (MAX_OPEN_STREAMS, default 20, among
// the user's 100 newest). Neither is exact: the counter is that of one location, and the store may be a
// minute behind. Where one of them fails, nobody is kept from going live by it.
edge::task<std::expected<void, edge::problem>> admit_creation(edge::context& request, const caller& user);

} // namespace api
