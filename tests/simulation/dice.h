// Randomness from one number: the same seed produces the same run on every machine and in every build.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace simulation {

class dice {
public:
  explicit dice(std::uint64_t seed) : state_(seed) {}

  // SplitMix64 (Steele, Lea and Flood, 2014).
  std::uint64_t next() {
    std::uint64_t mixed = state_ += 0x9e3779b97f4a7c15U;
    mixed = (mixed ^ mixed >> 30U) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ mixed >> 27U) * 0x94d049bb133111ebU;
    return mixed ^ mixed >> 31U;
  }

  // From 0 up to, but not including, `bound`, which is at least 1.
  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>((next() >> 32U) * bound >> 32U);
  }
  bool one_in(std::uint32_t times) { return below(times) == 0; }

  std::string bytes(std::size_t count) {
    std::string made;
    for (std::size_t i = 0; i < count; ++i) {
      made += static_cast<char>(next() & 0xffU);
    }
    return made;
  }
  std::string text(std::size_t size, std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz0123456789") {
    std::string made;
    for (std::size_t i = 0; i < size; ++i) {
      made += alphabet[below(static_cast<std::uint32_t>(alphabet.size()))];
    }
    return made;
  }
  // Every order is as likely as any other (Fisher and Yates).
  template <class T>
  void shuffle(std::vector<T>& all) {
    for (std::size_t i = all.size(); i > 1; --i) {
      std::swap(all[i - 1], all[below(static_cast<std::uint32_t>(i))]);
    }
  }
  std::string hex(std::size_t size) { return text(size, "0123456789abcdef"); }

private:
  std::uint64_t state_;
};

} // namespace simulation
