#include "streams/tag.h"

#include "streams/stream_id.h"

namespace streams {

namespace {

std::string prefix(std::string_view deployment) { return "whip-mux:" + std::string{deployment} + ':'; }

} // namespace

std::string tag_of(std::string_view deployment, std::string_view stream_id) {
  return prefix(deployment) + std::string{stream_id};
}

std::optional<std::string> stream_of(std::string_view tag, std::string_view deployment) {
  std::string ours = prefix(deployment);
  if (!tag.starts_with(ours) || !is_stream_id(tag.substr(ours.size()))) return std::nullopt;
  return std::string{tag.substr(ours.size())};
}

} // namespace streams
