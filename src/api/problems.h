// The problems that more than one address answers with.
#pragma once

#include "edge/error.h"
#include "edge/problem.h"

#include <string>
#include <vector>

namespace api {

// 503: settings of the deployment are missing, named in the detail.
edge::problem not_configured(const std::vector<std::string>& settings);

// 503: the store failed. Nothing was changed, or it can be tried again.
edge::problem store_unavailable();

// 404: the same for a stream that is not there and for one that is somebody else's.
edge::problem no_such_stream();

// 403: the memorial is known, and the caller is not among those who may stream for it.
edge::problem not_admitted();

// 400: what was sent is not of the form that is asked for, field by field.
edge::problem invalid_fields(std::vector<edge::invalid_field> fields);

} // namespace api
