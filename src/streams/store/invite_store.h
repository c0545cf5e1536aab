// An invite: who has its token may publish to one stream, or watch one that is private, until it expires,
// without an account. The token is signed, and says so itself; that it was not withdrawn is known from the
// store.
#pragma once

#include "edge/clock.h"
#include "streams/model/keyring.h"
#include "streams/store/kv.h"

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace streams {

enum class invite_purpose : std::uint8_t { publish, watch };

std::string_view name_of(invite_purpose purpose);
// Nothing for a name that is none, or where there is none.
std::optional<invite_purpose> invite_purpose_named(std::optional<std::string_view> name);

struct invite {
  static constexpr std::chrono::seconds shortest_life = std::chrono::minutes{5};
  static constexpr std::chrono::seconds longest_life = std::chrono::days{30};
  static constexpr std::chrono::seconds usual_life = std::chrono::hours{24};
  static constexpr std::size_t longest_name = 100; // characters
  static constexpr std::size_t most_of_a_stream = 50;

  std::string id;                  // of the same form as a stream's, so that the newest are listed first
  std::optional<std::string> name; // what its owner calls it
  invite_purpose purpose = invite_purpose::publish;
  edge::timestamp expires_at;
  std::optional<edge::timestamp> revoked_at = std::nullopt; // when it was withdrawn

  [[nodiscard]] bool holds(edge::timestamp now) const { return !revoked_at && now < expires_at; }

  // A JSON object of at most 1,024 bytes, to be kept as a value and beside its key.
  [[nodiscard]] std::string to_text() const;
  // The reverse; nothing for a text that to_text does not write.
  static std::optional<invite> from_text(std::string_view text);
  static std::optional<invite> from_metadata(std::string_view text) { return from_text(text); }
};

// What a token says of which invite it is.
struct invite_claims {
  std::string stream_id;
  std::string invite_id;
  invite_purpose purpose;
};

enum class invite_refusal : std::uint8_t {
  none_of_ours, // it is not the token of an invite, or not signed by this deployment
  expired,
};

// A JSON Web Token (HS256) for an invite. It is signed with a key that nothing else is signed with, derived
// from the first of SEALING_KEYS: it is good for as long as that key is among them. Its issuer and its
// audience are its own as well, so that no token for users passes for an invite, nor the reverse (RFC 8725,
// sections 3.8, 3.9 and 3.12).
std::string sign_invite(const keyring& keys, std::string_view stream_id, const invite& what,
                        edge::timestamp now);

// What a token says that is signed so and has not expired. Whether it was withdrawn is not known from it.
std::expected<invite_claims, invite_refusal> read_invite(const keyring& keys, std::string_view token,
                                                         edge::timestamp now);

// The newest write of an invite counts: the one that created it or the one that revoked it. A read elsewhere
// may be a minute old, and accept a revoked invite for that long.
class invite_store {
public:
  explicit invite_store(kv store) : kv_(store) {}

  edge::task<edge::status> put(std::string_view stream_id, const invite& what);
  edge::task<edge::outcome<std::optional<invite>>> get(std::string_view stream_id,
                                                       std::string_view invite_id);
  // The newest first, revoked ones included.
  edge::task<edge::outcome<std::vector<invite>>> list(std::string_view stream_id);

private:
  kv kv_;
};

} // namespace streams
