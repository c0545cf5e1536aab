#include "edge/entropy.h"

namespace edge {

entropy::entropy(std::string bytes) : bytes_(std::move(bytes)) {
  if (bytes_.size() < minimum) {
    __builtin_trap();
  }
  for (char byte : take(sizeof state_)) {
    state_ = state_ << 8U | static_cast<unsigned char>(byte);
  }
}

std::string entropy::take(std::size_t count) {
  if (bytes_.size() - taken_ < count) {
    __builtin_trap();
  }
  taken_ += count;
  return bytes_.substr(taken_ - count, count);
}

std::uint32_t entropy::below(std::uint32_t bound) {
  if (bound == 0) {
    return 0;
  }
  // SplitMix64 (Steele, Lea and Flood, 2014).
  state_ += 0x9e3779b97f4a7c15U;
  std::uint64_t mixed = state_;
  mixed = (mixed ^ mixed >> 30U) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ mixed >> 27U) * 0x94d049bb133111ebU;
  mixed ^= mixed >> 31U;
  return static_cast<std::uint32_t>((mixed >> 32U) * bound >> 32U);
}

} // namespace edge
