// A stream's credentials as they are kept: sealed, under a key that only a creation and a rotation write.
//
// A rotation is stored as a change before it is carried out. What is kept says since when it holds, and what
// is older than the newest rotation is dead: it is read from the provider, which tells it every time, and
// kept anew. So it does not matter whether a rotation could be stored, and whether something older is written
// after it.
#pragma once

#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"
#include "streams/credentials.h"
#include "streams/settings.h"
#include "streams/stream_record.h"

#include <expected>

namespace streams {

// Fails with not_opened where what is kept does not open, and with the errors of the provider that it is
// published to where that has to be asked.
edge::task<std::expected<credentials, edge::error>> read_credentials(edge::host& host, const settings& with,
                                                                     const stream_record& stream);

struct rotation {
  streams::credentials credentials;
  bool kept; // they are stored; where not, the next who reads them asks the provider
};

// Replaces the credentials at the provider: the old ones are refused from now on, and at Cloudflare a
// broadcast under way is cut off. Its change `rotated` must have been stored before. Fails with the
// provider's errors, after which read_credentials tells whether it was done.
edge::task<std::expected<rotation, edge::error>> rotate_credentials(edge::host& host, const settings& with,
                                                                    const stream_record& stream);

// Keeps those that hold, where a rotation was asked for, did not get that far, and can take effect no more.
edge::task<std::expected<void, edge::error>> settle_credentials(edge::host& host, const settings& with,
                                                                const stream_record& stream);

// Seals with the first key what was sealed with another.
edge::task<void> reseal_credentials(edge::host& host, keyring keys, stream_record stream);

} // namespace streams
