// Captions (Cloudflare API reference, Stream captions; Cloudflare Stream documentation, "Add captions").
#include "cloudflare/api.h"
#include "cloudflare/reading.h"
#include "json/reader.h"

#include <array>

namespace cloudflare {

namespace {

using providers::captions_state;

constexpr std::array<providers::word<captions_state>, 3> captions_states{
    {{"inprogress", captions_state::making},
     {"ready", captions_state::ready},
     {"error", captions_state::failed}}};

} // namespace

// Captions that were uploaded have no status.
edge::task<edge::outcome<std::vector<providers::captions>>> api::list_captions(std::string_view id) {
  constexpr std::string_view step = "read the captions at Cloudflare";
  const auto answer = co_await client_.ask(
      {.label = "cloudflare-list-captions", .step = step, .path = "", .id = id, .rest = "/captions"});
  const json::value result = answer.root()["result"];
  if (!result.is_array()) {
    co_return std::unexpected(providers::malformed(step));
  }
  std::vector<providers::captions> found;
  for (const json::value& each : result.elements()) {
    found.push_back(
        {.language = each["language"].text_or_empty(),
         .name = each["label"].text_or_empty(),
         .state = meaning_of(each["status"].text(), captions_states).value_or(captions_state::ready)});
  }
  co_return found;
}

edge::task<edge::status> api::generate_captions(std::string_view id, std::string_view language) {
  return client_.carry_out({.label = "cloudflare-generate-captions",
                            .step = "have Cloudflare make captions",
                            .method = "POST",
                            .path = "",
                            .id = id,
                            .rest = "/captions",
                            .second_id = language,
                            .query = "/generate"});
}

} // namespace cloudflare
