// Which deployment this is. Settings may be copied from one deployment to another, but each has a KV of its
// own: so an id that is written there, once, tells its provider objects from those of all others.
#pragma once

#include "edge/entropy.h"
#include "edge/error.h"
#include "edge/task.h"
#include "streams/store/kv.h"

#include <string>
#include <string_view>

namespace streams {

// The setting DEPLOYMENT with the id, as in the tags of provider objects. `stored` is the id from KV; if it
// is not one, this makes one and writes it. Deployments whose first requests come at the same moment may
// write it twice: objects with the id that was lost keep working, and no sweep touches them.
edge::task<edge::outcome<std::string>> deployment_of(kv store, edge::entropy& random, std::string_view name,
                                                     std::string_view stored);

// The same, read from KV.
edge::task<edge::outcome<std::string>> deployment_of(kv store, edge::entropy& random, std::string_view name);

} // namespace streams
