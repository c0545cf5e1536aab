// What a video stands for as a fact, whether a webhook brought it or a list.
#pragma once

#include "cloudflare/fact.h"
#include "cloudflare/video.h"

#include <optional>

namespace cloudflare {

// The fact that a video is being recorded, is ready or has failed, as of its last change; nothing for any
// other state. The event id is made from the video's id, its state and that time: a webhook that says the
// same has the same. (Cloudflare sends none for a video that is being recorded, and may change it often.)
[[nodiscard]] std::optional<fact> fact_of(const video& read);

} // namespace cloudflare
