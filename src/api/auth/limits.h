// How many streams a user may make: at a time, by the platform's counter, and in all.
#pragma once

#include "edge/http/context.h"
#include "edge/task.h"

#include <expected>
#include <string_view>

namespace api {

// Asked by whoever is about to have a stream made, and by nobody else: what is refused for another reason, or
// answered with a stream that is there, uses up nothing. Fails with 429 and Retry-After where the user has
// made too many in the last minute (binding CREATE_LIMIT; without it there is no such limit) or has too many
// that have not ended (MAX_OPEN_STREAMS, default 20, among the user's 100 newest), the one to be made not
// counted where it was begun before. Neither is exact: the counter is that of one location, and the store may
// be a minute behind. Where one of them fails, nobody is kept from going live by it.
edge::task<edge::result<void>> admit_creation(edge::context& request, std::string_view subject,
                                              std::string_view stream_id);

} // namespace api
