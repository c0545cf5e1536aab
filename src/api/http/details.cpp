#include "api/http/details.h"

#include "edge/http/url.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>

namespace api {

namespace {

constexpr std::size_t longest_description = 1000; // characters
constexpr std::size_t longest_url = 512;
constexpr std::size_t longest_time = 64;

std::optional<edge::timestamp> read_start(json_fields& fields, edge::timestamp now) {
  constexpr std::string_view name = "scheduledStart";
  const auto text = fields.text(name, longest_time);
  const auto start = edge::parse_timestamp(text.value_or(""));
  if (text && !start) {
    fields.must(name, "be a time with its offset, such as 2026-12-05T14:00:00Z");
  } else if (start && (*start < now - std::chrono::days{1} || *start > now + std::chrono::days{731})) {
    fields.must(name, "not be more than a day ago, or two years ahead");
  }
  return start;
}

std::string read_cover(json_fields& fields) {
  constexpr std::string_view name = "coverUrl";
  constexpr std::string_view quoting = "\"'\\<>`";
  std::string url = fields.text(name, longest_url).value_or("");
  const auto is_plain = [&](char each) { return each > ' ' && each < 0x7f && !quoting.contains(each); };
  const bool is_secure = url.starts_with("https://") && edge::secure_host_of(url);
  if (!url.empty() && !(is_secure && std::ranges::all_of(url, is_plain))) {
    fields.must(name, "begin with https:// and a host in lower case, and hold no user name, space or quote");
  }
  return url;
}

} // namespace

std::vector<streams::change> read_details(json_fields& fields, edge::timestamp now) {
  using enum streams::change_kind;
  std::vector<streams::change> asked;
  const auto add = [&](streams::change_kind kind) -> streams::change& {
    return asked.emplace_back(streams::change{.id = {}, .kind = kind, .at = {}});
  };
  if (fields.has("scheduledStart")) {
    add(scheduled).start = read_start(fields, now);
  }
  if (fields.has("description")) {
    add(described).text = fields.lines("description", longest_description).value_or("");
  }
  if (fields.has("coverUrl")) {
    add(covered).text = read_cover(fields);
  }
  return asked;
}

} // namespace api
