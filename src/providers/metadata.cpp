#include "providers/metadata.h"

#include "providers/stored_time.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>

namespace providers {

namespace {

std::int64_t number_of(edge::timestamp time) { return time.time_since_epoch().count(); }

} // namespace

std::optional<std::size_t> place_of(std::span<const kind_names> rows, std::string_view kind_names::* column,
                                    std::string_view text) {
  const auto found = std::ranges::find(rows, text, column);
  return text.empty() || found == rows.end() ? std::nullopt
                                             : std::optional(static_cast<std::size_t>(found - rows.begin()));
}

void metadata_writer::time(std::string_view name, edge::timestamp value) {
  object_.set(name, number_of(value));
}

void metadata_writer::time(std::string_view name, std::optional<edge::timestamp> value) {
  object_.set_if(name, value.transform(number_of));
}

metadata_reader::metadata_reader(std::string_view text)
    : document_(text.size() <= max_metadata_size ? json::document::parse(text)
                                                 : std::unexpected(json::parse_error::too_large)),
      root_(document_ ? document_->root() : json::value()), complete_(document_.has_value()) {}

void metadata_reader::text(std::string_view name, std::string& value, form has_form) {
  auto found = text_in(root_[name], has_form);
  complete_ = complete_ && found;
  value = std::move(found).value_or("");
}

void metadata_reader::text(std::string_view name, std::optional<std::string>& value, form has_form) {
  value = text_in(root_[name], has_form);
}

void metadata_reader::time(std::string_view name, edge::timestamp& value) {
  const auto time = stored_time(root_[name]);
  complete_ = complete_ && time;
  value = time.value_or(edge::timestamp{});
}

void metadata_reader::time(std::string_view name, std::optional<edge::timestamp>& value) {
  value = stored_time(root_[name]);
}

void metadata_reader::truth(std::string_view name, std::optional<bool>& value) {
  value = root_[name].boolean();
}

void metadata_reader::duration(std::string_view name, std::optional<edge::milliseconds>& value) {
  value = duration_in(root_[name]);
}

} // namespace providers
