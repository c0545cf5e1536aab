// How Cloudflare's text is checked and its objects are read. For the sources of this folder.
#pragma once

#include "cloudflare/settings.h"
#include "cloudflare/types.h"
#include "json/reader.h"
#include "providers/fields.h"

#include <optional>
#include <string_view>

namespace cloudflare::form {

// The uid of a live input, a video or an output: 32 hexadecimal digits everywhere so far, up to 64 letters
// and digits here.
[[nodiscard]] bool is_id(std::string_view text);

// The code of an error, such as ERR_GOP_OUT_OF_RANGE, or the reason of a state, such as badRequest: up to 64
// letters and underscores, or upper-case letters, digits and underscores.
[[nodiscard]] bool is_error_code(std::string_view text);

// An address: up to 512 visible ASCII characters that stand for themselves in JSON and in HTML.
[[nodiscard]] bool is_url(std::string_view text);

// The address that an encoder publishes to: such an address with one of the schemes.
[[nodiscard]] bool is_rtmp_url(std::string_view text);
[[nodiscard]] bool is_srt_url(std::string_view text);

// A stream key, a passphrase, an idempotency key: up to 255 visible ASCII characters.
[[nodiscard]] bool is_key(std::string_view text);

} // namespace cloudflare::form

namespace cloudflare {

using providers::duration_in;
using providers::meaning_of;
using providers::text_in;
using providers::time_in;

// Cloudflare's objects out of its answers and webhooks, checked. Nothing if a part is missing, or not of its
// form, that the object cannot be without. The settings say where media may be.
[[nodiscard]] std::optional<live_input> live_input_in(const json::value& from, const settings& with);
[[nodiscard]] std::optional<output> output_in(const json::value& from);
// A video as the API and webhooks have it, or as an event in a queue has it: with other names.
[[nodiscard]] std::optional<video> video_in(const json::value& from, const settings& with);

[[nodiscard]] video_state video_state_of(std::string_view word);

// Nothing for null: no encoder has ever connected.
[[nodiscard]] std::optional<live_input_status> status_in(const json::value& from);

} // namespace cloudflare
