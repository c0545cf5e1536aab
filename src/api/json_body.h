// Reads a JSON object that somebody sent, member by member, and collects what is wrong with it.
#pragma once

#include "edge/context.h"
#include "json/document.h"

#include <expected>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace api {

// The largest body that an address other than a webhook takes, in bytes.
inline constexpr std::uint32_t body_limit = 16 * 1024;

// The longest title of a stream, in characters.
inline constexpr std::size_t longest_title = 200;

// The body as a JSON object. Fails with 400, 413 or 415.
edge::task<std::expected<json::document, edge::problem>> read_json(edge::context& request);

class json_fields {
public:
  explicit json_fields(const json::document& body) : object_(body.root()) {}

  // A text of 1 to `longest` characters after white space at both ends is cut off, without control
  // characters.
  std::optional<std::string> text(std::string_view name, std::size_t longest);
  std::string required_text(std::string_view name, std::size_t longest);
  // An id of somebody else's: 1 to 64 letters, digits, '-' or '_'.
  std::optional<std::string> id(std::string_view name);
  std::optional<bool> boolean(std::string_view name);
  // A list of up to `most` texts; empty where there is none.
  std::vector<std::string> texts(std::string_view name, std::size_t most, std::size_t longest);

  // Everything that was wrong, members that nobody asked for included.
  std::expected<void, edge::problem> check();

private:
  json::value take(std::string_view name);
  std::optional<std::string> text_of(const json::value& given, std::string_view name, std::size_t longest);
  void refuse(std::string_view name, std::string detail) {
    refused_.push_back({std::string{name}, std::move(detail)});
  }

  json::value object_;
  std::set<std::string, std::less<>> asked_;
  std::vector<edge::invalid_field> refused_;
};

// Whether a text is an id as `json_fields::id` takes it.
bool is_foreign_id(std::string_view text);

} // namespace api
