// A name for something that is known by several texts.
#pragma once

#include "edge/clock.h"
#include "edge/entropy.h"

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace streams {

// 32 characters in hex. Parts that are put together in no other way have the same digest.
std::string digest_of_parts(std::initializer_list<std::string_view> parts);

// The id of a stream: 26 characters of Crockford's base 32 in lower case, the first ten of which count down
// with time, so that a listing in the order of keys begins with the newest.

// A new id: the time in milliseconds, and 80 random bits.
std::string make_stream_id(edge::timestamp now, edge::entropy& random);

// The id of that time with ten bytes of the caller's in the place of random ones.
std::string make_stream_id(edge::timestamp time, std::string_view bytes);

// When a stream's id was made, in milliseconds. What is no id has no time.
edge::timestamp time_of_stream_id(std::string_view id);

// Whether a text has the form of an id. Nothing else may go into a key.
bool is_stream_id(std::string_view text);

// Which stream a creation makes, where that was settled before it began: see create/idempotency.h.

struct stream_identity {
  std::string id;
  // Somebody who died may have made some of it: what carries its tag is looked for before more is made.
  bool begun_before = false;
  // Others may be making it at this very moment, and nobody can tell: nothing is cleared away, for it may be
  // theirs. The intent stays, and reconcile clears away what the record does not name.
  bool shared = false;
};

// The tag that every provider object of ours carries, so that what a killed Worker left behind can be found,
// and what is not ours is left alone. It is Mux's passthrough and stands in Cloudflare's meta.

// The tag of a stream in this deployment (setting DEPLOYMENT).
std::string tag_of(std::string_view deployment, std::string_view stream_id);

// The stream that a tag names; nothing for a tag of another deployment or of somebody else.
std::optional<std::string> stream_of(std::string_view tag, std::string_view deployment);

} // namespace streams
