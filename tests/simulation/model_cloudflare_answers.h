// How Cloudflare answers: its envelope around a result, or around an error.
#pragma once

#include "edge/operation.h"
#include "json/writer.h"

namespace simulation::cloudflare_answers {

edge::operation::fetch::result give(const json::item& result);
edge::operation::fetch::result refuse(int status, int code);

} // namespace simulation::cloudflare_answers
