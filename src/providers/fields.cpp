#include "providers/fields.h"

#include <algorithm>

namespace providers {

bool is_made_of(std::string_view text, std::size_t max_size, bool (*is_allowed)(char)) {
  return !text.empty() && text.size() <= max_size && std::ranges::all_of(text, is_allowed);
}

std::optional<std::string> text_in(const json::value& from, form has_form) {
  const auto text = from.text();
  return text && has_form(*text) ? std::optional(std::string{*text}) : std::nullopt;
}

std::optional<edge::timestamp> time_in(const json::value& from) {
  return from.text().and_then(edge::parse_timestamp);
}

std::optional<edge::milliseconds> duration_in(const json::value& from) {
  constexpr edge::milliseconds longest = std::chrono::days{100}; // Both providers end a recording after days.
  const auto duration =
      from.thousandths().transform([](std::int64_t count) { return edge::milliseconds{count}; });
  return duration && *duration >= edge::milliseconds::zero() && *duration <= longest ? duration
                                                                                     : std::nullopt;
}

std::vector<crypto::secret> secrets_in(const edge::environment& from, std::string_view name) {
  std::vector<crypto::secret> secrets;
  for (std::string& each : edge::split_list(from.get(name, ""))) {
    secrets.emplace_back(std::move(each));
  }
  return secrets;
}

std::string url_in(const edge::environment& from, std::string_view name, std::string_view otherwise) {
  const std::string_view url = from.get(name, otherwise);
  return std::string{url.substr(0, url.find_last_not_of('/') + 1)};
}

} // namespace providers
