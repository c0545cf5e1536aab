#include "api/serve.h"

#include "api/health.h"
#include "edge/router.h"
#include "edge/serve.h"

#include <array>

namespace api {

namespace {

constexpr std::array routes{
    edge::route{"GET", "/healthz", health},
};

} // namespace

edge::task<void> serve(edge::context& request) { return edge::serve(request, routes); }

} // namespace api
