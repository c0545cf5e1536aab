#include "api/http/json_body.h"

#include "api/http/problems.h"
#include "json/number.h"
#include "json/reader.h"
#include "streams/publish/output_target.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <span>

namespace api {

namespace {

constexpr edge::problem_type invalid_json{
    .status = 400, .type = "invalid-json", .title = "The body is not a JSON object"};

constexpr edge::problem_type wrong_media_type{
    .status = 415,
    .type = "unsupported-media-type",
    .title = "The body is of the wrong media type",
    .detail = "Send JSON, with the header Content-Type: application/json."};

edge::problem not_json(std::string_view detail) {
  edge::problem problem = invalid_json.with(std::string{detail});
  problem.fields = {{"body", "must be a JSON object in UTF-8"}};
  return problem;
}

bool is_json(std::string_view content_type) {
  std::string_view media_type = content_type.substr(0, content_type.find(';'));
  while (media_type.ends_with(' ')) {
    media_type.remove_suffix(1);
  }
  return edge::same_but_for_case(media_type, "application/json");
}

// Counts the bytes that begin a character. The parser has checked that it is UTF-8.
std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U; }));
}

// Removes the first character from the text. The parser has checked that it is UTF-8.
std::uint32_t next_character(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  text.remove_prefix(1);
  const int more = first < 0xc0U ? 0 : first < 0xe0U ? 1 : first < 0xf0U ? 2 : 3;
  std::uint32_t code = more == 0 ? first : first & (0x3fU >> more);
  for (int i = 0; i < more && !text.empty(); ++i) {
    code = code << 6U | (static_cast<unsigned char>(text.front()) & 0x3fU);
    text.remove_prefix(1);
  }
  return code;
}

struct range {
  std::uint32_t first;
  std::uint32_t last;
};

bool is_in(std::uint32_t code, std::span<const range> ranges) {
  return std::ranges::any_of(ranges,
                             [&](const range& each) { return code >= each.first && code <= each.last; });
}

// C0, DEL and C1, the separators of lines and paragraphs, and annotations of lines.
constexpr std::array<range, 4> control{{{0, 0x1f}, {0x7f, 0x9f}, {0x2028, 0x2029}, {0xfff9, 0xfffb}}};

// Embeddings, overrides and isolates, which can make what follows look like something else. The marks of
// Arabic and Hebrew text (U+061C, U+200E, U+200F) cannot.
constexpr std::array<range, 2> direction{{{0x202a, 0x202e}, {0x2066, 0x2069}}};

// Spaces, and what shows nothing by itself: joiners, fillers, variation selectors, tags.
constexpr std::array<range, 20> invisible{
    {{0x20, 0x20},     {0xa0, 0xa0},     {0xad, 0xad},     {0x34f, 0x34f},     {0x61c, 0x61c},
     {0x115f, 0x1160}, {0x1680, 0x1680}, {0x17b4, 0x17b5}, {0x180b, 0x180f},   {0x2000, 0x200f},
     {0x202f, 0x202f}, {0x205f, 0x206f}, {0x2800, 0x2800}, {0x3000, 0x3000},   {0x3164, 0x3164},
     {0xfe00, 0xfe0f}, {0xfeff, 0xfeff}, {0xffa0, 0xffa0}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff}}};

// What is wrong with a text that people will see, in words that follow "must".
std::optional<std::string_view> fault_of_text(std::string_view text, std::string_view breaks) {
  bool shows = false;
  while (!text.empty()) {
    const std::uint32_t code = next_character(text);
    if (code < 0x80 && breaks.contains(static_cast<char>(code))) {
      continue;
    }
    if (is_in(code, control)) {
      return breaks.empty() ? "not hold control characters or line breaks" : "not hold control characters";
    }
    if (is_in(code, direction)) {
      return "not hold characters that change the direction of text";
    }
    shows = shows || !is_in(code, invisible);
  }
  return shows ? std::nullopt : std::optional<std::string_view>{"hold something visible"};
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view white_space = " \t\r\n";
  std::size_t begin = text.find_first_not_of(white_space);
  if (begin == std::string_view::npos) {
    return {};
  }
  return text.substr(begin, text.find_last_not_of(white_space) - begin + 1);
}

} // namespace

bool is_foreign_id(std::string_view text) {
  auto allowed = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '-' || letter == '_';
  };
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, allowed);
}

edge::result<json::document> parse_json(const edge::request& from, std::string_view body) {
  if (body.empty()) {
    return refuse(not_json("The request has no body."));
  }
  if (!is_json(from.headers.find("content-type").value_or(""))) {
    return refuse(wrong_media_type);
  }
  auto parsed = json::document::parse(body);
  if (!parsed) {
    return refuse(not_json(json::describe(parsed.error())));
  }
  if (!parsed->root().is_object()) {
    return refuse(not_json("It is JSON, but not an object."));
  }
  if (parsed->root().has_duplicate_names()) {
    return refuse(not_json("A member is there twice."));
  }
  return std::move(*parsed);
}

edge::task<edge::result<json::document>> read_json(edge::context& request) {
  std::string body = co_await edge::read_body(request, body_limit);
  co_return parse_json(request.request, body);
}

json::value json_fields::take(std::string_view name) {
  asked_.emplace(name);
  return object_[name];
}

// Nullopt if it is refused.
std::optional<std::string> json_fields::text_of(const json::value& given, std::string_view name,
                                                std::size_t longest, std::string_view breaks) {
  auto content = given.text();
  std::string_view trimmed = trim(content.value_or(""));
  if (trimmed.empty() || count_characters(trimmed) > longest) {
    refuse(name, "must be a text of 1 to " + json::decimal(longest) + " characters");
  } else if (const auto fault = fault_of_text(trimmed, breaks)) {
    must(name, fault);
  } else {
    return std::string{trimmed};
  }
  return std::nullopt;
}

std::optional<std::string> json_fields::text(std::string_view name, std::size_t longest) {
  json::value given = take(name);
  if (!given.exists() || given.is_null()) {
    return std::nullopt;
  }
  return text_of(given, name, longest);
}

std::optional<std::string> json_fields::lines(std::string_view name, std::size_t longest) {
  json::value given = take(name);
  if (!given.exists() || given.is_null()) {
    return std::nullopt;
  }
  auto content = text_of(given, name, longest, "\r\n");
  if (content) {
    std::erase(*content, '\r');
  }
  return content;
}

std::optional<edge::milliseconds> json_fields::seconds(std::string_view name, edge::milliseconds most) {
  const auto given = take(name).thousandths();
  if (given && *given > 0 && *given <= most.count()) {
    return edge::milliseconds{*given};
  }
  refuse(name, "must be a number of seconds, up to " +
                   json::decimal(std::chrono::floor<std::chrono::seconds>(most).count()));
  return std::nullopt;
}

std::vector<std::string> json_fields::texts(std::string_view name, std::size_t most, std::size_t longest) {
  json::value given = take(name);
  std::vector<std::string> content;
  if (!given.exists()) {
    return content;
  }
  std::vector<json::value> elements = given.elements();
  if (!given.is_array() || elements.size() > most) {
    refuse(name, "must be a list of up to " + json::decimal(most) + " texts");
  } else {
    for (const json::value& each : elements) {
      content.push_back(text_of(each, name, longest).value_or(""));
    }
  }
  return content;
}

std::string json_fields::required_text(std::string_view name, std::size_t longest) {
  std::size_t refused_before = refused_.size();
  auto content = text(name, longest);
  if (!content && refused_.size() == refused_before) {
    refuse(name, "is missing");
  }
  return std::move(content).value_or("");
}

std::optional<std::string> json_fields::id(std::string_view name) {
  json::value given = take(name);
  if (!given.exists() || given.is_null()) {
    return std::nullopt;
  }
  auto content = given.text();
  if (content && is_foreign_id(*content)) {
    return std::string{*content};
  }
  refuse(name, "must be 1 to 64 letters, digits, '-' or '_'");
  return std::nullopt;
}

std::string json_fields::required_id(std::string_view name) {
  std::size_t refused_before = refused_.size();
  auto content = id(name);
  if (!content && refused_.size() == refused_before) {
    refuse(name, "is missing");
  }
  return std::move(content).value_or("");
}

std::optional<bool> json_fields::boolean(std::string_view name) {
  json::value given = take(name);
  if (!given.exists()) {
    return std::nullopt;
  }
  auto content = given.boolean();
  if (!content) {
    refuse(name, "must be true or false");
  }
  return content;
}

bool json_fields::required_boolean(std::string_view name) {
  std::size_t refused_before = refused_.size();
  auto content = boolean(name);
  if (!content && refused_.size() == refused_before) {
    refuse(name, "is missing");
  }
  return content.value_or(false);
}

std::optional<std::int64_t> json_fields::integer(std::string_view name, std::int64_t least,
                                                 std::int64_t most) {
  json::value given = take(name);
  if (!given.exists() || given.is_null()) {
    return std::nullopt;
  }
  auto content = given.integer();
  if (content && *content >= least && *content <= most) {
    return content;
  }
  refuse(name, "must be a whole number from " + json::decimal(least) + " to " + json::decimal(most));
  return std::nullopt;
}

std::optional<std::string> json_fields::word(std::string_view name,
                                             std::initializer_list<std::string_view> allowed) {
  json::value given = take(name);
  if (!given.exists()) {
    return std::nullopt;
  }
  auto content = given.text();
  if (content && std::ranges::contains(allowed, *content)) {
    return std::string{*content};
  }
  std::string words;
  for (std::string_view each : allowed) {
    (words += words.empty() ? "" : " or ").append(each);
  }
  refuse(name, "must be " + words);
  return std::nullopt;
}

std::string json_fields::required_word(std::string_view name,
                                       std::initializer_list<std::string_view> allowed) {
  std::size_t refused_before = refused_.size();
  auto content = word(name, allowed);
  if (!content && refused_.size() == refused_before) {
    refuse(name, "is missing");
  }
  return std::move(content).value_or("");
}

void json_fields::objects(std::string_view name, std::size_t most,
                          const std::function<void(json_fields&)>& read) {
  json::value given = take(name);
  if (!given.exists()) {
    return;
  }
  std::vector<json::value> elements = given.elements();
  bool usable = given.is_array() && elements.size() <= most;
  if (!usable || !std::ranges::all_of(elements, &json::value::is_object)) {
    return refuse(name, "must be a list of up to " + json::decimal(most) + " objects");
  }
  for (std::size_t i = 0; i < elements.size(); ++i) {
    json_fields element{elements[i], place_ + std::string{name} + '[' + json::decimal(i) + "]."};
    read(element);
    element.refuse_unknown();
    std::ranges::move(element.refused_, std::back_inserter(refused_));
  }
}

void json_fields::refuse_unknown() {
  for (const json::member& each : object_.members()) {
    if (!asked_.contains(each.name)) {
      refuse(each.name, "is not a field of this request");
    }
  }
}

edge::result<void> json_fields::check() {
  refuse_unknown();
  if (!refused_.empty()) {
    return edge::refuse(invalid_fields(std::move(refused_)));
  }
  return {};
}

streams::wanted_output read_output(json_fields& fields) {
  streams::wanted_output wanted{.url = fields.required_text("url", 512),
                                .stream_key = crypto::secret{fields.required_text("streamKey", 255)},
                                .enabled = fields.boolean("enabled").value_or(true)};
  if (!wanted.url.empty()) {
    fields.must("url", streams::fault_of_target(wanted.url));
  }
  auto visible = [](char each) { return each > ' ' && each < 0x7f; };
  if (!std::ranges::all_of(wanted.stream_key.text(), visible)) {
    fields.must("streamKey", "be of visible ASCII characters");
  }
  return wanted;
}

} // namespace api
