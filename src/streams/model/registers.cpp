#include "streams/model/registers.h"

#include "providers/fields.h"
#include "providers/stored_time.h"

namespace streams {

json::array time_and_value(edge::timestamp at, json::item value) {
  return json::array().add(edge::to_microseconds(at)).add(value);
}

std::optional<edge::timestamp> time_in(const json::value& time_and_value) {
  return providers::stored_time(time_and_value.at(0));
}

void write_register(json::object& to, std::string_view name, const moment& from) {
  if (from) {
    to.set(name, edge::to_microseconds(from.at()));
  }
}

void write_register(json::object& to, std::string_view name, const latest<std::string>& from) {
  if (from) {
    to.set(name, time_and_value(from.at(), from.value()));
  }
}

void write_register(json::object& to, std::string_view name, const latest<bool>& from) {
  if (from) {
    to.set(name, time_and_value(from.at(), from.value()));
  }
}

void write_register(json::object& to, std::string_view name, const latest<edge::milliseconds>& from) {
  if (from) {
    to.set(name, time_and_value(from.at(), from.value()));
  }
}

void write_register(json::object& to, std::string_view name,
                    const latest<std::optional<edge::timestamp>>& from) {
  if (from) {
    to.set(name, time_and_value(from.at(), from.value().transform(edge::to_microseconds)));
  }
}

void read_register(const json::value& from, moment& to) {
  if (auto at = providers::stored_time(from)) {
    to.join(*at, {});
  }
}

void read_register(const json::value& from, latest<std::string>& to) {
  if (auto at = time_in(from)) {
    to.join(*at, std::string{from.at(1).text().value_or("")});
  }
}

void read_register(const json::value& from, latest<bool>& to) {
  auto at = time_in(from);
  auto value = from.at(1).boolean();
  if (at && value) {
    to.join(*at, *value);
  }
}

void read_register(const json::value& from, latest<edge::milliseconds>& to) {
  auto at = time_in(from);
  auto value = providers::duration_in(from.at(1));
  if (at && value) {
    to.join(*at, *value);
  }
}

void read_register(const json::value& from, latest<std::optional<edge::timestamp>>& to) {
  if (const auto at = time_in(from)) {
    to.join(*at, providers::stored_time(from.at(1)));
  }
}

} // namespace streams
