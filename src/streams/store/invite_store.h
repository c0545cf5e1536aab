// Invites: with an invite's token, someone without an account may publish to one stream, or watch a private
// one, until the invite expires or is revoked. The token is signed; only the store knows whether it was
// revoked.
#pragma once

#include "edge/clock.h"
#include "streams/settings/keyring.h"
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
// Nullopt for an unknown or missing name.
std::optional<invite_purpose> invite_purpose_named(std::optional<std::string_view> name);

struct invite {
  static constexpr std::chrono::seconds shortest_life = std::chrono::minutes{5};
  static constexpr std::chrono::seconds longest_life = std::chrono::days{30};
  static constexpr std::chrono::seconds usual_life = std::chrono::hours{24};
  static constexpr std::size_t longest_name = 100; // characters
  static constexpr std::size_t most_of_a_stream = 50;

  std::string id;                  // like a stream's, so that the newest are listed first
  std::optional<std::string> name; // chosen by the owner
  invite_purpose purpose = invite_purpose::publish;
  edge::timestamp expires_at;
  std::optional<edge::timestamp> revoked_at = std::nullopt;

  [[nodiscard]] bool holds(edge::timestamp now) const { return !revoked_at && now < expires_at; }

  // A JSON object of at most 1,024 bytes, to be stored as a value and as metadata.
  [[nodiscard]] std::string to_text() const;
  // The reverse; nullopt for a text that to_text does not write.
  static std::optional<invite> from_text(std::string_view text);
  static std::optional<invite> from_metadata(std::string_view text) { return from_text(text); }
};

// What an invite's token says.
struct invite_claims {
  std::string stream_id;
  std::string invite_id;
  invite_purpose purpose;
};

enum class invite_refusal : std::uint8_t {
  not_an_invite, // another kind of token, or not signed by this deployment
  expired,
};

// A JSON Web Token (HS256) for an invite. Its key is derived from the first of SEALING_KEYS for this purpose
// only, and the token is valid while that key is among them. Issuer and audience are separate too, so that a
// user's token never passes for an invite, nor the reverse (RFC 8725, sections 3.8, 3.9 and 3.12).
std::string sign_invite(const keyring& keys, std::string_view stream_id, const invite& what,
                        edge::timestamp now);

// The claims of a token that is authentic and has not expired. It may have been revoked.
std::expected<invite_claims, invite_refusal> read_invite(const keyring& keys, std::string_view token,
                                                         edge::timestamp now);

// An invite's newest write counts: its creation or its revocation. A read elsewhere may be a minute old and
// accept a revoked invite for that long.
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
