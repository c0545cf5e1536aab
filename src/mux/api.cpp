// How Mux is called.
#include "mux/api.h"

#include "crypto/base64.h"
#include "json/number.h"
#include "json/reader.h"
#include "mux/reading.h"

#include <algorithm>
#include <array>

namespace mux {

namespace {

// Passes on the type of an error, if Mux documents it. Other text in its place might hold a secret.
void explain(std::string_view body, edge::error& refusal) {
  constexpr std::array<std::string_view, 3> documented{"invalid_parameters", "unauthorized", "not_found"};
  const auto document = json::document::parse(body); // the body of a 429 or 5xx may be anything
  const auto type = document ? document->root()["error"]["type"].text() : std::nullopt;
  const auto known = std::ranges::find(documented, type.value_or(""));
  refusal.why = known == documented.end() ? std::string_view() : *known;
}

constexpr providers::dialect dialect{.is_id = form::is_id, .explain = explain};

std::string authorization(const settings& with) {
  return "Basic " + crypto::base64_encode(with.token_id + ':' + std::string{with.token_secret.text()});
}

} // namespace

api::api(edge::host& host, const settings& with, edge::timestamp deadline)
    : latency_mode_(with.latency_mode), client_(host, deadline, dialect, with.api_url + "/video/v1",
                                                edge::headers{{"Authorization", authorization(with)}}) {}

std::string api::page_query(std::size_t page) {
  return "?limit=" + json::decimal(page_size) + "&page=" + json::decimal(page);
}

} // namespace mux
