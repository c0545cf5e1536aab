// The operations that the core asks of its host. Each is a record; `result` is what comes back, and `purpose`
// says in the error of a failed operation what it was for. The host performs them and resumes the coroutine
// that waits.
#pragma once

#include "edge/http/headers.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace edge::operation {

// An HTTP call. Redirects are not followed. The deadline runs from the moment at which it is really sent.
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
  std::uint32_t body_limit = 0; // bytes of the answer
  // How long the platform may keep a good answer and give it again, to every request of the deployment.
  std::chrono::seconds cache{};
};

// Reads the body of the request that is being served, whole, up to a limit in bytes.
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

// AES-256-GCM under a key of 32 bytes. The host draws the nonce; what it gives back is nonce, ciphertext and
// tag.
struct seal {
  static constexpr std::string_view purpose = "seal the credentials";
  using result = std::string;
  std::string key;
  std::string associated_data;
  std::string plain;
};

// The reverse; refuses a value that was altered or sealed for another place.
struct open {
  static constexpr std::string_view purpose = "open the credentials";
  using result = std::string;
  std::string key;
  std::string associated_data;
  std::string sealed;
};

// Checks a signature with a public key. `algorithm` is what WebCrypto takes both for the import of the key
// and for the check, and `key` a JSON Web Key, both as JSON. Fails where the key is none.
struct verify {
  static constexpr std::string_view purpose = "verify a signature";
  using result = bool;
  std::string algorithm;
  std::string key;
  std::string data;
  std::string signature;
};

// Signs with a private key. `algorithm` is what WebCrypto takes both for the import of the key and for the
// signature, as JSON; `format` is its name for what `key` is written in: "jwk" or "pkcs8". Fails where the
// key is none.
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

// A step with the lease of that name: see edge/lease.h, which takes them.
struct lease {
  static constexpr std::string_view purpose = "reach the lease";
  // How it stands after the step.
  struct result {
    std::string holder;  // who has it, or had it last; empty where nobody did
    std::string request; // what for, as the first who took it said
    std::string note;    // likewise
    std::string value;   // what came of it; empty until it is complete
  };
  std::string name;
  std::string step; // "acquire", "complete" or "release"
  std::string holder;
  std::string request; // to acquire it
  std::string text;    // the note to acquire it with, or the value to complete it with
  std::chrono::milliseconds held{};
  std::chrono::milliseconds kept{};
};

// Whether whoever is counted under the key may go on, or has come too often (binding CREATE_LIMIT).
struct limit {
  static constexpr std::string_view purpose = "reach the rate limit";
  using result = bool;
  std::string key;
};

// Points for the metrics (binding METRICS): for each up to 20 texts, by the first of which the platform
// samples, and up to 20 numbers.
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
                         sleep, lease, limit, measure>;

} // namespace edge::operation
