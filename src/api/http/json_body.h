// Reads the JSON object of a request, member by member, and collects what is wrong with it.
#pragma once

#include "edge/http/context.h"
#include "json/reader.h"
#include "streams/create/provision.h"

#include <cstddef>
#include <expected>
#include <functional>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace api {

// The largest body that an address other than a webhook accepts, in bytes.
inline constexpr std::uint32_t body_limit = 16 * 1024;

// The longest title of a stream, in characters.
inline constexpr std::size_t longest_title = 200;

// The body as a JSON object. Fails with 400, 413 or 415.
edge::task<edge::result<json::document>> read_json(edge::context& request);
// The same for a body that has been read.
edge::result<json::document> parse_json(const edge::request& from, std::string_view body);

class json_fields {
public:
  explicit json_fields(const json::document& body) : json_fields(body.root(), {}) {}

  // A text of 1 to `longest` characters, trimmed, that shows something and has no control characters.
  std::optional<std::string> text(std::string_view name, std::size_t longest);
  std::string required_text(std::string_view name, std::size_t longest);
  // The same for a text that may have several lines.
  std::optional<std::string> lines(std::string_view name, std::size_t longest);
  // Whether there is such a member, perhaps null.
  bool has(std::string_view name) { return take(name).exists(); }
  // An id that is not ours: 1 to 64 letters, digits, '-' or '_'.
  std::optional<std::string> id(std::string_view name);
  std::string required_id(std::string_view name);
  std::optional<bool> boolean(std::string_view name);
  bool required_boolean(std::string_view name);
  // A whole number from `least` to `most`.
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t least, std::int64_t most);
  // Seconds, perhaps with a fraction: more than none, up to `most`.
  std::optional<edge::milliseconds> seconds(std::string_view name, edge::milliseconds most);
  // A list of up to `most` texts; empty if it is missing.
  std::vector<std::string> texts(std::string_view name, std::size_t most, std::size_t longest);

  // One of these words.
  std::optional<std::string> word(std::string_view name, std::initializer_list<std::string_view> allowed);
  std::string required_word(std::string_view name, std::initializer_list<std::string_view> allowed);
  // Reads each element of a list of up to `most` objects with `read`. Problems name the place:
  // "outputs[0].url".
  void objects(std::string_view name, std::size_t most, const std::function<void(json_fields&)>& read);

  // Refuses a member if `what` says, in words that follow "must", what is wrong with it.
  void must(std::string_view name, std::optional<std::string_view> what) {
    if (what) {
      refuse(name, "must " + std::string{*what});
    }
  }

  // Fails with everything that was wrong, unknown members included.
  edge::result<void> check();

private:
  // `place` comes before the names of its members.
  json_fields(json::value object, std::string place) : object_(object), place_(std::move(place)) {}

  json::value take(std::string_view name);
  void refuse_unknown();
  // `breaks` are control characters that it may have.
  std::optional<std::string> text_of(const json::value& given, std::string_view name, std::size_t longest,
                                     std::string_view breaks = {});
  void refuse(std::string_view name, std::string detail) {
    refused_.push_back({place_ + std::string{name}, std::move(detail)});
  }

  json::value object_;
  std::string place_;
  std::set<std::string, std::less<>> asked_;
  std::vector<edge::invalid_field> refused_;
};

// Whether a text is an id as `json_fields::id` takes it.
bool is_foreign_id(std::string_view text);

// A restream target as it is sent.

// Cloudflare's limit for one live input, including the output to the backup at Mux.
inline constexpr std::size_t most_outputs = 50;

// {url, streamKey, enabled?}. Problems are collected in `fields`.
streams::wanted_output read_output(json_fields& fields);

} // namespace api
