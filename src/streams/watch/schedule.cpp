#include "streams/watch/schedule.h"

#include "edge/clock.h"

#include <algorithm>

namespace streams {

namespace {

std::optional<std::string_view> text_in(const latest<std::string>& asked) {
  return asked && !asked.value().empty() ? std::optional<std::string_view>{asked.value()} : std::nullopt;
}

// DATE-TIME in UTC (RFC 5545, section 3.3.5): 20261205T140000Z.
std::string calendar_time(edge::timestamp time) {
  std::string text = edge::format_timestamp(time).substr(0, std::string_view{"2026-12-05T14:00:00"}.size());
  std::erase_if(text, [](char each) { return each == '-' || each == ':'; });
  return text + 'Z';
}

// TEXT (section 3.3.11).
std::string calendar_text(std::string_view text) {
  std::string escaped;
  for (const char each : text) {
    if (each == '\n') {
      escaped += "\\n";
      continue;
    }
    if (each == '\\' || each == ';' || each == ',') {
      escaped += '\\';
    }
    escaped += each;
  }
  return escaped;
}

// Adds a content line, folded so that no line has more than 75 octets and no character is split
// (section 3.1).
void add_line(std::string& to, std::string_view name, std::string_view value) {
  constexpr std::size_t most = 75;
  std::size_t octets = 0;
  const auto add = [&](std::string_view character) {
    if (octets + character.size() > most) {
      to += "\r\n ";
      octets = 1;
    }
    to += character;
    octets += character.size();
  };
  for (std::string_view rest : {name, value}) {
    while (!rest.empty()) {
      std::size_t size = 1;
      while (size < rest.size() && (static_cast<unsigned char>(rest[size]) & 0xc0U) == 0x80U) {
        ++size;
      }
      add(rest.substr(0, size));
      rest.remove_prefix(size);
    }
  }
  to += "\r\n";
}

edge::timestamp changed_at(const stream_record& stream) {
  edge::timestamp newest = stream.created_at;
  const auto include = [&](const auto& asked) { newest = asked ? std::max(newest, asked.at()) : newest; };
  include(stream.desired.title());
  include(stream.desired.start());
  include(stream.desired.description());
  return newest;
}

} // namespace

std::optional<edge::timestamp> start_of(const stream_record& stream) {
  const auto& asked = stream.desired.start();
  return asked ? asked.value() : std::nullopt;
}

std::optional<std::string_view> description_of(const stream_record& stream) {
  return text_in(stream.desired.description());
}

std::optional<std::string_view> cover_of(const stream_record& stream) {
  return text_in(stream.desired.cover());
}

void add_details(json::object& to, const stream_record& stream) {
  to.set("scheduledStart", start_of(stream).transform(edge::format_timestamp))
      .set("description", description_of(stream))
      .set("coverUrl", cover_of(stream));
}

std::string calendar_of(const stream_record& stream, std::string_view page) {
  const std::string changed = calendar_time(changed_at(stream));
  std::string about{description_of(stream).value_or("")};
  about.append(about.empty() ? "" : "\n\n").append(page);
  std::string to;
  add_line(to, "BEGIN:", "VCALENDAR");
  add_line(to, "VERSION:", "2.0");
  add_line(to, "PRODID:", "-//WHIP-Mux//WHIP-Mux//EN");
  add_line(to, "BEGIN:", "VEVENT");
  add_line(to, "UID:", stream.id + "@whip-mux");
  add_line(to, "DTSTAMP:", changed);
  add_line(to, "LAST-MODIFIED:", changed);
  add_line(to, "DTSTART:", calendar_time(start_of(stream).value_or(stream.created_at)));
  add_line(to, "DURATION:", "PT1H");
  add_line(to, "SUMMARY:", calendar_text(stream.current_title()));
  add_line(to, "DESCRIPTION:", calendar_text(about));
  add_line(to, "URL:", page);
  add_line(to, "END:", "VEVENT");
  add_line(to, "END:", "VCALENDAR");
  return to;
}

} // namespace streams
