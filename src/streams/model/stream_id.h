// Ids of streams, digests of names, and the tags that tie provider objects to a stream.
#pragma once

#include "edge/clock.h"
#include "edge/entropy.h"

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace streams {

// 32 hex characters. Different sequences of parts have different digests.
std::string digest_of_parts(std::initializer_list<std::string_view> parts);

// A stream's id has 26 characters of Crockford's base 32 in lower case. The first ten count down with time,
// so that a list in the order of keys begins with the newest.

// A new id: the time in milliseconds and 80 random bits.
std::string make_stream_id(edge::timestamp now, edge::entropy& random);

// The same with ten bytes of the caller instead of random ones.
std::string make_stream_id(edge::timestamp time, std::string_view bytes);

// When the id was made, to the millisecond. Only for valid ids.
edge::timestamp time_of_stream_id(std::string_view id);

// The earliest time at which a provider can have created an object of that stream, by its own clock. Only for
// valid ids.
edge::timestamp earliest_of(std::string_view id);

// Whether a text is a valid id. No other text may become part of a key.
bool is_stream_id(std::string_view text);

// The stream that a creation creates, if that was decided before: see create/idempotency.h.
struct stream_identity {
  std::string id;
  // An earlier attempt may have died halfway, so objects with the stream's tag are looked for first.
  bool begun_before = false;
  // Other requests may be creating the same stream right now, so a failure deletes nothing: it may be theirs.
  // The intent stays, and reconcile deletes what the record does not name.
  bool shared = false;
};

// Every provider object of ours carries its stream's tag (Mux: passthrough, Cloudflare: meta). It finds what
// a killed Worker left behind, and protects objects that are not ours.

// A deployment in tags is the setting DEPLOYMENT, a hyphen and the deployment's id (store/deployment.h): 16
// hexadecimal digits. The oldest tags have no id.
inline constexpr std::size_t deployment_id_size = 16;
bool is_deployment_id(std::string_view text);

// The tag of a stream in this deployment.
std::string tag_of(std::string_view deployment, std::string_view stream_id);

// What copies and uploads carry instead, so that no sweep takes them for halves of a creation: at Cloudflare
// the creator, at Mux the passthrough, which also names the recording.
std::string creator_of(std::string_view stream_id);
std::string copy_passthrough(std::string_view stream_id, std::string_view of);
// The stream that such a text names.
std::optional<std::string> stream_of_copy(std::string_view creator_or_passthrough);

// The stream that a tag names; nullopt for a tag of another deployment or a foreign text.
std::optional<std::string> stream_of(std::string_view tag, std::string_view deployment);

// The same for any deployment with that setting, whatever its id.
std::optional<std::string> stream_of_any(std::string_view tag, std::string_view name);

} // namespace streams
