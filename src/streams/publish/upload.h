// The copy that a phone recorded itself: its upload straight to Cloudflare, to an address that works once.
#pragma once

#include "cloudflare/types.h"
#include "crypto/secret.h"
#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"
#include "streams/model/stream.h"
#include "streams/model/transfer.h"
#include "streams/settings/settings.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace streams {

// Cloudflare takes no longer video.
inline constexpr std::chrono::hours longest_upload{10};

// Adds what Cloudflare says of the video. An address that expired unused is gone.
void learn(transfer& known, const cloudflare::made_video& said, edge::timestamp now);

struct wanted_upload {
  std::string name; // the same for the same request: 32 hexadecimal digits
  std::int64_t size = 0;
  edge::milliseconds duration{};
  edge::timestamp started_at;
  std::int64_t part = 1;
  std::int64_t parts = 1;
};

struct minted_upload {
  cloudflare::upload address;
  edge::timestamp expires_at;
  bool is_new = true; // or an earlier request got the same
  transfer what;
};

// The address of an earlier request of that name while it is of use, or a new one.
edge::task<edge::outcome<minted_upload>> mint_upload(edge::host& host, const settings& with,
                                                     const stream_record& stream, const wanted_upload& wanted,
                                                     edge::timestamp deadline);

} // namespace streams
