// streams::calendar_of: the lines of RFC 5545, and what they are made of.
#include "streams/watch/schedule.h"
#include "support/catch.h"
#include "support/facts.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace {

using streams::change_kind;

constexpr std::string_view page = "https://a.example/watch/stream1";

// Created at second 0.
streams::stream_record titled(std::string title) {
  return {.id = "stream1",
          .title = std::move(title),
          .memorial_id = {},
          .created_by = "owner",
          .created_at = support::second(0),
          .cloudflare = {},
          .mux = {},
          .sealed_credentials = {},
          .warnings = {},
          .broadcasts = {}};
}

streams::stream_record scheduled(std::string title, std::string description = {}) {
  streams::stream_record stream = titled(std::move(title));
  stream.desired.fold(
      {.id = "a", .kind = change_kind::scheduled, .at = support::second(1), .start = support::second(3600)});
  stream.desired.fold(
      {.id = "b", .kind = change_kind::described, .at = support::second(2), .text = std::move(description)});
  return stream;
}

// Each line ends with CRLF, and has no other line break.
std::vector<std::string> lines_of(std::string_view file) {
  std::vector<std::string> lines;
  while (!file.empty()) {
    const std::size_t end = file.find("\r\n");
    REQUIRE(end != std::string_view::npos);
    lines.emplace_back(file.substr(0, end));
    CHECK(lines.back().find_first_of("\r\n") == std::string::npos);
    file.remove_prefix(end + 2);
  }
  return lines;
}

// Whether the text begins and ends between characters.
bool is_whole(std::string_view text) {
  const auto continues = [](char each) { return (static_cast<unsigned char>(each) & 0xc0U) == 0x80U; };
  return text.empty() || !continues(text.front());
}

// What a reader gets: folded lines joined (section 3.1).
std::vector<std::string> unfolded(std::string_view file) {
  std::vector<std::string> whole;
  for (const std::string& each : lines_of(file)) {
    CHECK(each.size() <= 75);
    if (each.starts_with(' ')) {
      REQUIRE_FALSE(whole.empty());
      CHECK(is_whole(std::string_view{each}.substr(1)));
      whole.back() += each.substr(1);
    } else {
      whole.push_back(each);
    }
  }
  return whole;
}

bool holds(const std::vector<std::string>& lines, const std::string& wanted) {
  return std::ranges::contains(lines, wanted);
}

} // namespace

TEST_CASE("A calendar has one event of an hour, with the stream's id and the page") {
  const auto lines = unfolded(calendar_of(scheduled("The service"), page));
  CHECK(lines == std::vector<std::string>{
                     "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//WHIP-Mux//WHIP-Mux//EN", "BEGIN:VEVENT",
                     "UID:stream1@whip-mux", "DTSTAMP:20260921T141322Z", "LAST-MODIFIED:20260921T141322Z",
                     "DTSTART:20260921T151320Z", "DURATION:PT1H", "SUMMARY:The service",
                     "DESCRIPTION:https://a.example/watch/stream1", "URL:https://a.example/watch/stream1",
                     "END:VEVENT", "END:VCALENDAR"});
}

TEST_CASE("A calendar escapes what separates values, and the lines of a description") {
  const auto lines = unfolded(
      calendar_of(scheduled(R"(Anna; Erik, and C:\)", "First line\nSecond, \"quoted\": line"), page));
  CHECK(holds(lines, R"(SUMMARY:Anna\; Erik\, and C:\\)"));
  CHECK(
      holds(lines, R"(DESCRIPTION:First line\nSecond\, "quoted": line\n\nhttps://a.example/watch/stream1)"));
}

TEST_CASE("Long lines of a calendar are folded between characters, and read as they were") {
  for (const std::string_view character : {"a", "ä", "€", "👶", "\\"}) {
    for (std::size_t before = 0; before < 4; ++before) {
      std::string title(before, 'x');
      while (title.size() < 400) {
        title += character;
      }
      std::string expected = "SUMMARY:" + title;
      for (std::size_t at = 0; (at = expected.find('\\', at)) != std::string::npos; at += 2) {
        expected.insert(at, 1, '\\');
      }
      CHECK(holds(unfolded(calendar_of(scheduled(title), page)), expected));
    }
  }
}

TEST_CASE("A calendar's time of change is that of what it says") {
  streams::stream_record stream = scheduled("The service", "About it");
  const auto before = calendar_of(stream, page);
  stream.desired.fold({.id = "c", .kind = change_kind::downloads_set, .at = support::second(50)});
  CHECK(calendar_of(stream, page) == before);
  stream.desired.fold(
      {.id = "d", .kind = change_kind::renamed, .at = support::second(60), .title = "Another"});
  CHECK(holds(unfolded(calendar_of(stream, page)), "DTSTAMP:20260921T141420Z"));
}

TEST_CASE("A start, a description and a cover are null before they are known and after they are removed") {
  streams::stream_record stream = titled("The service");
  const auto shown = [&] {
    json::object view;
    add_details(view, stream);
    return view.dump();
  };
  constexpr const char* nothing = R"({"scheduledStart":null,"description":null,"coverUrl":null})";
  CHECK(shown() == nothing);
  stream = scheduled("The service", "About it");
  stream.desired.fold({.id = "c",
                       .kind = change_kind::covered,
                       .at = support::second(2),
                       .text = "https://a.example/cover.jpg"});
  CHECK(shown() == R"({"scheduledStart":"2026-09-21T15:13:20.000Z","description":"About it",)"
                   R"("coverUrl":"https://a.example/cover.jpg"})");
  stream.desired.fold({.id = "d", .kind = change_kind::scheduled, .at = support::second(3)});
  for (const change_kind each : {change_kind::described, change_kind::covered}) {
    stream.desired.fold({.id = "e", .kind = each, .at = support::second(3), .text = ""});
  }
  CHECK(shown() == nothing);
}
