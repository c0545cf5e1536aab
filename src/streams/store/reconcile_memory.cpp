#include "streams/store/reconcile_memory.h"

#include "json/reader.h"
#include "json/writer.h"
#include "streams/model/registers.h"

#include <algorithm>
#include <array>

namespace streams {

namespace {

edge::timestamp time_in(const json::value& from) {
  return edge::timestamp{std::chrono::microseconds{from.integer().value_or(0)}};
}

std::uint32_t count_in(const json::value& from, std::uint32_t otherwise) {
  auto number = from.integer();
  return number && *number >= 0 && *number <= 1'000'000 ? static_cast<std::uint32_t>(*number) : otherwise;
}

json::object write(const reconcile_memory::looks_by_stream& from) {
  json::object to;
  for (const auto& [id, look] : from)
    to.set(id, json::array().add(look.in_vain).add(number_of(look.next)).add(number_of(look.last)));
  return to;
}

reconcile_memory::looks_by_stream read(const json::value& from) {
  reconcile_memory::looks_by_stream to;
  for (const auto& [id, look] : from.members())
    to[std::string{id}] = {
        .in_vain = count_in(look.at(0), 0), .next = time_in(look.at(1)), .last = time_in(look.at(2))};
  return to;
}

} // namespace

void reconcile_memory::forget_gone(edge::timestamp now) {
  for (looks_by_stream* each : {&looks, &pending, &backups})
    std::erase_if(*each, [&](const auto& of) { return of.second.next + std::chrono::days{1} < now; });
}

std::string reconcile_memory::to_text() const {
  return json::object()
      .set("cursor", cursor)
      .set("muxPage", mux_page)
      .set("swept", number_of(swept))
      .set("looks", write(looks))
      .set("pending", write(pending))
      .set("backups", write(backups))
      .dump();
}

reconcile_memory reconcile_memory::from_text(std::string_view text) {
  auto parsed = json::document::parse(text);
  if (!parsed) return {};
  json::value from = parsed->root();
  return {.cursor = std::string{from["cursor"].text().value_or("")},
          .mux_page = std::max(count_in(from["muxPage"], 1), 1U),
          .swept = time_in(from["swept"]),
          .looks = read(from["looks"]),
          .pending = read(from["pending"]),
          .backups = read(from["backups"])};
}

std::chrono::milliseconds backoff(std::uint32_t in_vain, std::chrono::seconds longest,
                                  edge::entropy& random) {
  constexpr std::array<std::chrono::seconds, 6> steps{std::chrono::seconds{30}, std::chrono::minutes{1},
                                                      std::chrono::minutes{2},  std::chrono::minutes{5},
                                                      std::chrono::minutes{15}, std::chrono::minutes{60}};
  auto step = std::min(steps[std::min<std::size_t>(in_vain, steps.size() - 1)], longest);
  return step * 800 / 1000 +
         std::chrono::milliseconds{random.below(static_cast<std::uint32_t>(step.count() * 400 + 1))};
}

} // namespace streams
