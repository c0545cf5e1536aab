#include "simulation/swarm_text.h"

#include "json/reader.h"
#include "simulation/deployment.h"
#include "streams/model/stream.h"

namespace simulation {

std::string text_in(const edge::response& answer, std::initializer_list<const char*> names) {
  const auto read = json::document::parse(answer.body);
  if (!read) {
    return {};
  }
  json::value at = read->root();
  for (const char* name : names) {
    at = at[name];
  }
  return at.text_or_empty();
}

bool belongs_to(std::string_view tag, std::string_view stream) {
  return stream_in_tag(tag).value_or("") == stream;
}

std::vector<std::string> recordings_of(const world& in, std::string_view stream) {
  std::vector<std::string> found;
  const auto entry = in.store().entries().find("stream/" + std::string{stream});
  const auto record = entry == in.store().entries().end()
                          ? std::nullopt
                          : streams::stream_record::from_text(entry->second.value);
  if (!record) {
    return found;
  }
  for (const auto& each : in.cloudflare().videos()) {
    if (record->cloudflare && each.live_input_id == record->cloudflare->live_input_id) {
      found.push_back(each.id);
    }
  }
  for (const auto& each : in.mux().assets()) {
    if (record->mux && each.live_stream_id == record->mux->live_stream_id) {
      found.push_back(each.id);
    }
  }
  return found;
}

std::string with_number(std::string_view text, dice& chance, std::uint32_t bound) {
  return std::string{text} + std::to_string(chance.below(bound));
}

std::size_t times_in(std::string_view text, std::string_view part) {
  std::size_t times = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos;
       at = text.find(part, at + part.size())) {
    ++times;
  }
  return times;
}

} // namespace simulation
