// What answers and providers say, for the swarm.
#pragma once

#include "edge/http/response.h"
#include "simulation/dice.h"
#include "simulation/world.h"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace simulation {

// The text at that path of names in the JSON of an answer; empty if it has none.
std::string text_in(const edge::response& answer, std::initializer_list<const char*> names);

// Whether what carries the tag belongs to the stream.
bool belongs_to(std::string_view tag, std::string_view stream);

// The live recordings that the providers have of the stream, by their ids.
std::vector<std::string> recordings_of(const world& in, std::string_view stream);

// What such a list has, by chance.
template <class T>
const T& one_of(dice& chance, const std::vector<T>& all) {
  return all[chance.below(static_cast<std::uint32_t>(all.size()))];
}

// With a number below the bound, by chance, after it.
std::string with_number(std::string_view text, dice& chance, std::uint32_t bound);

std::size_t times_in(std::string_view text, std::string_view part);

} // namespace simulation
