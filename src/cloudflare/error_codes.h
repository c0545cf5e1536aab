// What Cloudflare's error codes mean to a person (Cloudflare Stream documentation, "Receive live webhooks"
// and "Use webhooks").
#pragma once

#include <string>
#include <string_view>

namespace cloudflare {

// The code of ours for a recording that is still processed a day later.
inline constexpr std::string_view not_finished = "NOT_FINISHED";

// What to do about a broadcast that Cloudflare cannot use, in a sentence that ends with the code. Also for an
// unknown code.
[[nodiscard]] std::string describe_ingest_error(std::string_view code);

// Why a recording failed, likewise.
[[nodiscard]] std::string describe_video_error(std::string_view code);

// Whether only the operator of the account can repair it. It stops every broadcast.
[[nodiscard]] bool is_operators(std::string_view code);

} // namespace cloudflare
