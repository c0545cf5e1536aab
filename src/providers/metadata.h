// The metadata of a key in KV that holds a fact: a JSON object. Each provider's fact lists its fields once,
// in a template that takes a writer or a reader:
//
//   template <class Fact, class Codec>
//   void describe(Fact& what, Codec& codec) {
//     codec.text("event", what.event_id, form::is_event_id);
//     codec.text("asset", what.asset_id, form::is_id);
//   }
#pragma once

#include "edge/clock.h"
#include "json/reader.h"
#include "json/writer.h"
#include "providers/fields.h"

#include <cstddef>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace providers {

inline constexpr std::size_t max_metadata_size = 1024; // what Workers KV takes

// The names of the kinds of a provider's facts, in the order of the enumeration: as facts store them, and as
// the provider's events have them. A kind that no event has by name has an empty text there.
struct kind_names {
  std::string_view name;
  std::string_view event;
};

// The place of the row with that text in that column. Nothing for any other text.
[[nodiscard]] std::optional<std::size_t>
place_of(std::span<const kind_names> rows, std::string_view kind_names::* column, std::string_view text);

template <class Kind>
[[nodiscard]] std::optional<Kind> kind_where(std::span<const kind_names> rows,
                                             std::string_view kind_names::* column, std::string_view text) {
  return place_of(rows, column, text).transform([](std::size_t place) { return static_cast<Kind>(place); });
}

// Fields that are not optional in a fact are required.
class metadata_writer {
public:
  void text(std::string_view name, const std::string& value, form) { object_.set(name, value); }
  void text(std::string_view name, const std::optional<std::string>& value, form) {
    object_.set_if(name, value);
  }
  void time(std::string_view name, edge::timestamp value);
  void time(std::string_view name, std::optional<edge::timestamp> value);
  void truth(std::string_view name, std::optional<bool> value) { object_.set_if(name, value); }
  void duration(std::string_view name, std::optional<edge::milliseconds> value) {
    object_.set_if(name, value);
  }
  template <class Kind>
  void kind(Kind value, std::span<const kind_names> rows) {
    object_.set("kind", rows[static_cast<std::size_t>(value)].name);
  }

  [[nodiscard]] std::string dump() && { return std::move(object_).dump(); }

private:
  json::object object_;
};

class metadata_reader {
public:
  explicit metadata_reader(std::string_view text);

  void text(std::string_view name, std::string& value, form has_form);
  void text(std::string_view name, std::optional<std::string>& value, form has_form);
  void time(std::string_view name, edge::timestamp& value);
  void time(std::string_view name, std::optional<edge::timestamp>& value);
  void truth(std::string_view name, std::optional<bool>& value);
  void duration(std::string_view name, std::optional<edge::milliseconds>& value);
  template <class Kind>
  void kind(Kind& value, std::span<const kind_names> rows) {
    const auto found = kind_where<Kind>(rows, &kind_names::name, root_["kind"].text().value_or(""));
    value = found.value_or(value);
    complete_ = complete_ && found.has_value();
  }

  // Whether it was a JSON object of an allowed size with every required field.
  [[nodiscard]] bool complete() const { return complete_; }

private:
  std::expected<json::document, json::parse_error> document_;
  json::value root_;
  bool complete_;
};

} // namespace providers
