// Live inputs and their outputs at Cloudflare Stream (Cloudflare API reference, Stream).
//
// Every call fails with the errors of edge::error: throttled with the time to wait, unauthorized, not_found,
// rejected (also where an answer of 200 says that it was no success), unavailable, malformed where the answer
// is not what Cloudflare documents or not what was asked for, and what the host says of a call without an
// answer. After a create that failed with effect_unknown() the same idempotency key gives the same input.
#pragma once

#include "cloudflare/listed_live_input.h"
#include "cloudflare/live_input.h"
#include "cloudflare/new_live_input.h"
#include "cloudflare/output.h"
#include "cloudflare/settings.h"
#include "crypto/secret.h"
#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"
#include "json/document.h"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cloudflare {

class api {
public:
  static constexpr edge::milliseconds call_timeout{8000};
  static constexpr std::uint32_t answer_limit = 256 * 1024;
  static constexpr std::uint32_t list_limit = 2 * 1024 * 1024; // a list comes whole
  // How long a lost encoder may stay away and still come back into the same recording.
  static constexpr int dropout_window_seconds = 60;

  // Both must outlive this. No call is begun after the deadline, nor lasts beyond it.
  api(edge::host& host, const settings& with, edge::timestamp deadline)
      : host_(host), settings_(with), deadline_(deadline) {}

  // Makes a live input that records, and checks that it does: Cloudflare answers 200 also to settings that it
  // has left out. The same key within six hours gives the input of the first call; rejected with 409 where
  // that has been deleted since. A key is 1 to 255 printable ASCII characters.
  edge::task<std::expected<live_input, edge::error>> create_live_input(const new_live_input& wanted,
                                                                       std::string_view idempotency_key);

  edge::task<std::expected<live_input, edge::error>> get_live_input(std::string_view id);

  // All live inputs with that tag. Cloudflare has no filter for it, so this reads the whole list; too_large
  // where it came cut and has none, for nobody can say then.
  edge::task<std::expected<std::vector<listed_live_input>, edge::error>>
  find_live_inputs_by_tag(std::string_view tag);

  // Done also where there is no such live input (any more). Its recordings stay.
  edge::task<std::expected<void, edge::error>> delete_live_input(std::string_view id);

  // Sends on what comes into the live input, from now on.
  edge::task<std::expected<output, edge::error>>
  create_output(std::string_view live_input_id, std::string_view url, const crypto::secret& stream_key);

  edge::task<std::expected<std::vector<output>, edge::error>> list_outputs(std::string_view live_input_id);

  // Done also where there is no such output (any more).
  edge::task<std::expected<void, edge::error>> delete_output(std::string_view live_input_id,
                                                             std::string_view output_id);

private:
  struct call {
    std::string_view label; // for Server-Timing
    std::string_view step;  // for a person
    std::string_view method;
    std::string path; // below the account's live inputs
    std::optional<std::string> body = std::nullopt;
    std::optional<std::string_view> idempotency_key = std::nullopt;
    std::uint32_t limit = answer_limit;
  };

  edge::task<std::expected<std::string, edge::error>> send(const call& what);
  edge::task<std::expected<json::document, edge::error>> ask(const call& what);
  edge::task<std::expected<void, edge::error>> remove(const call& what);

  edge::host& host_;
  const settings& settings_;
  edge::timestamp deadline_;
};

} // namespace cloudflare
