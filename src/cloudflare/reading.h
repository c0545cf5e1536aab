// How text from Cloudflare must look before it goes into a URL, a key or a log. For the sources of this
// folder.
#pragma once

#include "cloudflare/settings.h"
#include "cloudflare/types.h"
#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/operation.h"
#include "json/reader.h"

#include <expected>
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

namespace cloudflare {

// What Cloudflare's answers mean (Cloudflare API reference, errors). For the sources of this folder.

// The body of a success, or the error that the answer or its absence stands for. `step` begins the error's
// words, a literal such as "create the Cloudflare live input". Of what Cloudflare says, only the number of
// its error is passed on.
[[nodiscard]] edge::outcome<std::string> body_of(std::string_view step,
                                                 edge::outcome_of<edge::operation::fetch>&& outcome);

// The body as JSON, if its envelope says that it is a success.
[[nodiscard]] edge::outcome<json::document> document_of(std::string_view step, std::string_view body);

// For an answer that is not what Cloudflare documents or not what was asked for, and why, if it is known. It
// may have taken effect.
[[nodiscard]] edge::error malformed(std::string_view step, std::string_view why = "");

// For what is not asked of Cloudflare at all, and why.
[[nodiscard]] edge::error refused(std::string_view step, std::string_view why);

// Cloudflare's objects out of its answers and webhooks, checked. For the sources of this folder.

// Nothing where something is missing or not of its form that the object cannot be without. The settings say
// where media may be.
[[nodiscard]] std::optional<live_input> live_input_in(const json::value& from, const settings& with);
[[nodiscard]] std::optional<output> output_in(const json::value& from);
[[nodiscard]] std::optional<video> video_in(const json::value& from, const settings& with);

[[nodiscard]] video_state video_state_of(std::string_view word);

// Nothing for null: no encoder has ever connected.
[[nodiscard]] std::optional<live_input_status> status_in(const json::value& from);

} // namespace cloudflare
