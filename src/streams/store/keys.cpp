#include "streams/store/keys.h"

#include "crypto/hex.h"
#include "crypto/sha256.h"

#include <initializer_list>
#include <span>

namespace streams::keys {

namespace {

// No change is named so.
constexpr std::string_view mux_name = "mux-";
constexpr std::string_view cloudflare_name = "cloudflare-";

std::string join(std::initializer_list<std::string_view> parts) {
  std::string key;
  for (std::string_view part : parts) {
    if (!key.empty()) {
      key += '/';
    }
    key += part;
  }
  return key;
}

} // namespace

std::string stream(std::string_view stream_id) { return join({"stream", stream_id}); }
std::string credentials(std::string_view stream_id) { return join({"credentials", stream_id}); }
std::string by_input(std::string_view live_input_id) { return join({"by-input", live_input_id}); }
std::string by_user(const stream_record& of) { return streams_of_user(of.created_by) + of.id; }

std::string by_memorial(std::string_view memorial_id, std::string_view stream_id) {
  return join({"by-memorial", memorial_id, stream_id});
}

// A subject may be any text; a key may not.
std::string streams_of_user(std::string_view subject) {
  auto digest = crypto::sha256::of(subject);
  return join({"by-user", crypto::hex_encode(std::span{digest}.first(16)), ""});
}

std::string streams_of_memorial(std::string_view memorial_id) { return by_memorial(memorial_id, ""); }

std::string facts(std::string_view stream_id) { return join({"fact", "stream", stream_id, ""}); }

std::string mux_fact(std::string_view stream_id, std::string_view event_id) {
  return facts(stream_id).append(mux_name).append(event_id);
}

std::string cloudflare_fact(std::string_view stream_id, std::string_view event_id) {
  return facts(stream_id).append(cloudflare_name).append(event_id);
}

bool is_mux_fact(std::string_view key) { return last_part(key).starts_with(mux_name); }
bool is_cloudflare_fact(std::string_view key) { return last_part(key).starts_with(cloudflare_name); }

std::string change_of(std::string_view stream_id, change_kind only) {
  return facts(stream_id).append(name_of(only));
}

std::string invites(std::string_view stream_id) { return join({"invite", stream_id, ""}); }

std::string upload(std::string_view stream_id, std::string_view name) {
  return join({"upload", stream_id, name});
}

std::string memorial(std::string_view memorial_id) { return join({"memorial", memorial_id}); }
std::string answer(std::string_view name) { return join({"answer", name}); }
std::string intent(std::string_view stream_id) { return join({"intent", stream_id}); }
std::string pending_change(std::string_view stream_id, std::string_view id) {
  return pending_changes(stream_id) + std::string{id};
}
std::string pending_changes(std::string_view stream_id) { return join({"intent", stream_id, ""}); }

std::string last_part(std::string_view key) { return std::string{key.substr(key.rfind('/') + 1)}; }

} // namespace streams::keys
