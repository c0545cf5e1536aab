#include "streams/reconcile/memory.h"

#include "json/reader.h"
#include "json/writer.h"
#include "streams/model/registers.h"

#include <algorithm>
#include <array>
#include <utility>

namespace streams {

namespace {

edge::timestamp remembered_time(const json::value& from) {
  return edge::from_microseconds(from.integer().value_or(0));
}

std::uint32_t count_in(const json::value& from, std::uint32_t otherwise) {
  auto number = from.integer();
  return number && *number >= 0 && *number <= 1'000'000 ? static_cast<std::uint32_t>(*number) : otherwise;
}

json::object write(const reconcile_memory::times_by_stream& from) {
  json::object to;
  for (const auto& [id, time] : from) {
    json::array parts;
    parts.add(time.fruitless).add(edge::to_microseconds(time.next)).add(edge::to_microseconds(time.last));
    if (time.is_urgent) {
      parts.add(1);
    }
    to.set(id, std::move(parts));
  }
  return to;
}

reconcile_memory::times_by_stream read(const json::value& from) {
  reconcile_memory::times_by_stream to;
  for (const auto& [id, time] : from.members()) {
    to[std::string{id}] = {.fruitless = count_in(time.at(0), 0),
                           .next = remembered_time(time.at(1)),
                           .last = remembered_time(time.at(2)),
                           .is_urgent = time.at(3).integer() == 1};
  }
  return to;
}

} // namespace

void retry_time::postpone(edge::host& host, std::chrono::seconds longest) {
  constexpr std::array<std::chrono::seconds, 6> steps{std::chrono::seconds{30}, std::chrono::minutes{1},
                                                      std::chrono::minutes{2},  std::chrono::minutes{5},
                                                      std::chrono::minutes{15}, std::chrono::minutes{60}};
  const auto step = std::min(steps[std::min<std::size_t>(fruitless, steps.size() - 1)], longest);
  const std::chrono::milliseconds jitter{
      host.random().below(static_cast<std::uint32_t>(step.count() * 400 + 1))};
  ++fruitless;
  next = host.now() + step * 800 / 1000 + jitter;
}

void reconcile_memory::forget_gone(edge::timestamp now) {
  for (times_by_stream* each : {&checks, &changes, &backups, &copies, &searches}) {
    std::erase_if(*each, [&](const auto& of) { return of.second.next + std::chrono::days{1} < now; });
  }
}

std::string reconcile_memory::to_text() const {
  return json::object()
      .set("cursor", cursor)
      .set("muxPage", mux_page)
      .set("swept", edge::to_microseconds(swept))
      .set_if("foreign", foreign > 0 ? std::optional{foreign} : std::nullopt)
      .set_if("stopped", stopped.empty() ? std::nullopt : std::optional{stopped})
      .set_if("cutOff", is_cut_off ? std::optional{true} : std::nullopt)
      .set("looks", write(checks))
      .set("pending", write(changes))
      .set("backups", write(backups))
      .set_if("copies", copies.empty() ? std::nullopt : std::optional{write(copies)})
      .set_if("searches", searches.empty() ? std::nullopt : std::optional{write(searches)})
      .dump();
}

reconcile_memory reconcile_memory::from_text(std::string_view text) {
  auto parsed = json::document::parse(text);
  if (!parsed) {
    return {};
  }
  const json::value from = parsed->root();
  return {.cursor = std::string{from["cursor"].text().value_or("")},
          .mux_page = std::max(count_in(from["muxPage"], 1), 1U),
          .swept = remembered_time(from["swept"]),
          .foreign = count_in(from["foreign"], 0),
          .stopped = std::string{from["stopped"].text().value_or("")},
          .is_cut_off = from["cutOff"].boolean().value_or(false),
          .checks = read(from["looks"]),
          .changes = read(from["pending"]),
          .backups = read(from["backups"]),
          .copies = read(from["copies"]),
          .searches = read(from["searches"])};
}

} // namespace streams
