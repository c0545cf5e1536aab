#include "api/json_body.h"

#include "api/problems.h"
#include "json/parse_error.h"

#include <algorithm>

namespace api {

namespace {

edge::problem not_json(std::string detail) {
  return {.status = 400,
          .type = "invalid-json",
          .title = "The body is not a JSON object",
          .detail = std::move(detail),
          .fields = {{"body", "must be a JSON object in UTF-8"}}};
}

bool is_json(std::string_view content_type) {
  std::string_view media_type = content_type.substr(0, content_type.find(';'));
  while (media_type.ends_with(' ')) media_type.remove_suffix(1);
  return edge::same_but_for_case(media_type, "application/json");
}

// Whatever begins a character in UTF-8, which the parser has checked.
std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U; }));
}

bool has_control_characters(std::string_view text) {
  return std::ranges::any_of(text, [](char byte) {
    auto code = static_cast<unsigned char>(byte);
    return code < 0x20 || code == 0x7f;
  });
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view white_space = " \t\r\n";
  std::size_t begin = text.find_first_not_of(white_space);
  if (begin == std::string_view::npos) return {};
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

edge::task<std::expected<json::document, edge::problem>> read_json(edge::context& request) {
  std::string body = co_await co_await edge::read_body(request, body_limit);
  if (body.empty()) co_return std::unexpected(not_json("The request has no body."));
  if (!is_json(request.request.headers.find("content-type").value_or("")))
    co_return std::unexpected(
        edge::problem{.status = 415,
                      .type = "unsupported-media-type",
                      .title = "The body is of the wrong media type",
                      .detail = "Send JSON, with the header Content-Type: application/json."});
  auto parsed = json::document::parse(body);
  if (!parsed) co_return std::unexpected(not_json(std::string{json::describe(parsed.error())}));
  if (!parsed->root().is_object()) co_return std::unexpected(not_json("It is JSON, but not an object."));
  if (parsed->root().has_duplicate_names()) co_return std::unexpected(not_json("A member is there twice."));
  co_return std::move(*parsed);
}

json::value json_fields::take(std::string_view name) {
  asked_.emplace(name);
  return object_[name];
}

// Nothing where it is refused.
std::optional<std::string> json_fields::text_of(const json::value& given, std::string_view name,
                                                std::size_t longest) {
  auto content = given.text();
  std::string_view trimmed = trim(content.value_or(""));
  if (trimmed.empty() || count_characters(trimmed) > longest)
    refuse(name, "must be a text of 1 to " + std::to_string(longest) + " characters");
  else if (has_control_characters(trimmed))
    refuse(name, "must not hold control characters or line breaks");
  else
    return std::string{trimmed};
  return std::nullopt;
}

std::optional<std::string> json_fields::text(std::string_view name, std::size_t longest) {
  json::value given = take(name);
  if (!given.exists() || given.is_null()) return std::nullopt;
  return text_of(given, name, longest);
}

std::vector<std::string> json_fields::texts(std::string_view name, std::size_t most, std::size_t longest) {
  json::value given = take(name);
  std::vector<std::string> content;
  if (!given.exists()) return content;
  std::vector<json::value> elements = given.elements();
  if (!given.is_array() || elements.size() > most)
    refuse(name, "must be a list of up to " + std::to_string(most) + " texts");
  else
    for (const json::value& each : elements) content.push_back(text_of(each, name, longest).value_or(""));
  return content;
}

std::string json_fields::required_text(std::string_view name, std::size_t longest) {
  std::size_t refused_before = refused_.size();
  auto content = text(name, longest);
  if (!content && refused_.size() == refused_before) refuse(name, "is missing");
  return std::move(content).value_or("");
}

std::optional<std::string> json_fields::id(std::string_view name) {
  json::value given = take(name);
  if (!given.exists() || given.is_null()) return std::nullopt;
  auto content = given.text();
  if (content && is_foreign_id(*content)) return std::string{*content};
  refuse(name, "must be 1 to 64 letters, digits, '-' or '_'");
  return std::nullopt;
}

std::optional<bool> json_fields::boolean(std::string_view name) {
  json::value given = take(name);
  if (!given.exists()) return std::nullopt;
  auto content = given.boolean();
  if (!content) refuse(name, "must be true or false");
  return content;
}

std::expected<void, edge::problem> json_fields::check() {
  for (const json::member& each : object_.members())
    if (!asked_.contains(each.name)) refuse(each.name, "is not a field of this request");
  if (!refused_.empty()) return std::unexpected(invalid_fields(std::move(refused_)));
  return {};
}

} // namespace api
