// How text from Cloudflare must look before it goes into a URL, a key or a log. For the sources of this
// folder.
#pragma once

#include "edge/clock.h"
#include "json/value.h"

#include <optional>
#include <string>
#include <string_view>

namespace cloudflare::form {

// The uid of a live input, a video or an output: 32 hexadecimal digits everywhere so far, up to 64 letters
// and digits here.
[[nodiscard]] bool is_id(std::string_view text);

// What stands in the place of an id in a playback address: an id, or a signed token, of up to 4096 letters,
// digits, hyphens, underscores and dots, that begins with a letter or a digit.
[[nodiscard]] bool is_id_or_token(std::string_view text);

// The code of an error, such as ERR_GOP_OUT_OF_RANGE: up to 64 upper-case letters, digits and underscores.
[[nodiscard]] bool is_error_code(std::string_view text);

// An address: up to 512 visible ASCII characters that stand for themselves in JSON and in HTML.
[[nodiscard]] bool is_url(std::string_view text);

// Where an encoder publishes to: such an address with one of the schemes.
[[nodiscard]] bool is_rtmp_url(std::string_view text);
[[nodiscard]] bool is_srt_url(std::string_view text);

// A stream key, a passphrase, an idempotency key: up to 255 visible ASCII characters.
[[nodiscard]] bool is_key(std::string_view text);

// The text of a JSON string of that form, or nothing.
[[nodiscard]] std::optional<std::string> text_in(const json::value& from, bool (*has_form)(std::string_view));

// A time as Cloudflare writes it, by place with no, 3, 6 or 9 decimals.
[[nodiscard]] std::optional<edge::timestamp> time_in(const json::value& from);

} // namespace cloudflare::form
