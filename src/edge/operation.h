// The operations that the core asks of its host. Each is a record with the type of its result. `purpose`
// names the operation in its error. The host performs it and resumes the coroutine that waits.
#pragma once

#include "edge/http/headers.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace edge::operation {

// An HTTP call. Redirects are not followed. The timeout begins when the call is sent.
struct fetch {
  static constexpr std::string_view purpose = "call a provider";
  struct result {
    int status = 0;
    edge::headers headers;
    std::string body;
  };
  std::string method;
  std::string url;
  edge::headers headers;
  std::string body;
  std::chrono::milliseconds timeout{};
  std::uint32_t body_limit = 0; // bytes of the response
  // How long the platform may cache a successful response for all requests of the deployment.
  std::chrono::seconds cache{};
};

// Reads the whole body of the request that is being served, up to a limit in bytes.
struct read_body {
  static constexpr std::string_view purpose = "read the body";
  using result = std::string;
  std::uint32_t limit = 0;
};

// Reads up to 100 keys at once.
struct kv_get {
  static constexpr std::string_view purpose = "reach the store";
  struct entry {
    bool found = false;
    std::string value;
  };
  using result = std::vector<entry>; // one for each key, in their order
  std::vector<std::string> keys;
};

// Metadata is a JSON text of at most 1,024 bytes, or empty. An expiry of zero means never; the shortest is 60
// s.
struct kv_put {
  static constexpr std::string_view purpose = "reach the store";
  using result = std::monostate;
  std::string key;
  std::string value = {};
  std::string metadata = {};
  std::chrono::seconds expiry{};
};

struct kv_remove {
  static constexpr std::string_view purpose = "reach the store";
  using result = std::monostate;
  std::string key;
};

// One page of keys that begin with `prefix`, in the order of their bytes. An empty cursor begins.
struct kv_list {
  static constexpr std::string_view purpose = "reach the store";
  struct entry {
    std::string key;
    std::string metadata;
  };
  struct result {
    std::vector<entry> entries;
    std::string cursor; // empty: this was the last page
  };
  std::string prefix;
  std::string cursor;
  std::uint32_t limit = 1000;
};

// AES-256-GCM with a key of 32 bytes. The host draws the nonce; the result is nonce, ciphertext and tag.
struct seal {
  static constexpr std::string_view purpose = "seal the credentials";
  using result = std::string;
  std::string key;
  std::string associated_data;
  std::string plain;
};

// The reverse; refuses a value that was altered or sealed with other associated data.
struct open {
  static constexpr std::string_view purpose = "open the credentials";
  using result = std::string;
  std::string key;
  std::string associated_data;
  std::string sealed;
};

// Verifies a signature with a public key. `algorithm` is WebCrypto's parameter for importing the key and for
// verifying, `key` is a JSON Web Key, both as JSON. Fails for an invalid key.
struct verify {
  static constexpr std::string_view purpose = "verify a signature";
  using result = bool;
  std::string algorithm;
  std::string key;
  std::string data;
  std::string signature;
};

// Signs with a private key. `algorithm` is WebCrypto's parameter for importing the key and for signing, as
// JSON; `format` is WebCrypto's name for the format of `key`: "jwk" or "pkcs8". Fails for an invalid key.
struct sign {
  static constexpr std::string_view purpose = "sign";
  using result = std::string;
  std::string algorithm;
  std::string format;
  std::string key;
  std::string data;
};

struct sleep {
  static constexpr std::string_view purpose = "wait";
  using result = std::monostate;
  std::chrono::milliseconds duration{};
};

// A step of the lease of that name: see edge/lease.h.
struct lease {
  static constexpr std::string_view purpose = "reach the lease";
  // The lease after the step.
  struct result {
    std::string holder;  // the present or last holder; empty without one
    std::string request; // of its first holder
    std::string note;    // likewise
    std::string value;   // the result; empty until it is complete
  };
  std::string name;
  std::string step; // "acquire", "complete" or "release"
  std::string holder;
  std::string request; // to acquire it
  std::string text;    // the note to acquire it with, or the value to complete it with
  std::chrono::milliseconds held{};
  std::chrono::milliseconds kept{};
};

// Whether the caller that is counted under the key is within the rate limit (binding CREATE_LIMIT).
struct limit {
  static constexpr std::string_view purpose = "reach the rate limit";
  using result = bool;
  std::string key;
};

// What a room hears of its stream (binding ROOMS): see streams/watch/room.h.
struct room {
  static constexpr std::string_view purpose = "reach the room";
  using result = bool; // whether the room has taken the request's WebSocket, if it was to
  // Of two messages for a role, the one with the greater version counts: microseconds since 1970.
  std::string name;
  std::int64_t version = 0;
  bool live = false;
  std::vector<std::pair<std::string, std::string>> messages = {}; // role and text
  // With tags, the request is a WebSocket's, which the room is to take. The first is its role.
  std::vector<std::string> tags = {};
  std::string viewer = {}; // sockets of one viewer count once
  std::int64_t until = 0;  // when the socket's right ends, in milliseconds since 1970; 0: never
  // With a code, the room closes its sockets that have `closing` among their tags; without `closing`, all of
  // them, and forgets everything.
  std::string closing = {};
  std::uint32_t code = 0;
};

// Asks a room to wake the core for its stream (binding ROOMS): see streams/reconcile/alarm.h.
struct wake {
  static constexpr std::string_view purpose = "reach the room";
  using result = std::monostate;
  std::string name;
  std::string what;        // what is due, by its name
  std::int64_t at = 0;     // no later than that, in milliseconds since 1970
  std::string memory = {}; // what the core is to be given then; empty: what it was given last
};

// Waits for its turn among all requests of the deployment that use this pace (binding PACES). The turns come
// one gap after the other, but up to `burst` at once after a pause.
struct pace {
  static constexpr std::string_view purpose = "reach the pace";
  using result = bool; // false, at once, if the turn would come later than `longest` from now
  std::string name;
  std::chrono::milliseconds gap{};
  std::uint32_t burst = 1;
  std::chrono::milliseconds longest{};
};

// Points for the metrics (binding METRICS), each with up to 20 texts and up to 20 numbers. The platform
// samples by the first text.
struct measure {
  static constexpr std::string_view purpose = "write metrics";
  using result = std::monostate;
  struct point {
    std::vector<std::string> texts;
    std::vector<std::uint32_t> numbers;
  };
  std::vector<point> points;
};

using any = std::variant<fetch, read_body, kv_get, kv_put, kv_remove, kv_list, seal, open, verify, sign,
                         sleep, lease, limit, room, wake, pace, measure>;

} // namespace edge::operation
