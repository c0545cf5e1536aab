// Memory for one request. Blocks of one size class are reused through a free list; a new block comes from the
// end of the used memory. Nothing is given back to the host: an instance is restored after its request.

#include "edge/frame.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

extern "C" char
    __heap_base; // NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): the linker's name

namespace {

constexpr std::size_t page_size = 65536;
constexpr std::size_t smallest_block = 16;

// Stands in front of the memory that a block gives, which is aligned to its size.
struct alignas(8) block {
  block* next;              // while the block is free
  std::uint32_t size_class; // the block has `smallest_block << size_class` bytes
};

constinit std::array<block*, 27> free_blocks{};
constinit std::uintptr_t end_of_used = 0;

block* new_block(std::size_t size) {
  if (end_of_used == 0) {
    end_of_used =
        (reinterpret_cast<std::uintptr_t>(&__heap_base) + alignof(block) - 1) & ~(alignof(block) - 1);
  }
  const std::uintptr_t end = end_of_used + size;
  const std::uintptr_t there = __builtin_wasm_memory_size(0) * page_size;
  if (end > there && __builtin_wasm_memory_grow(0, (end - there + page_size - 1) / page_size) == SIZE_MAX) {
    return nullptr;
  }
  auto* const made =
      reinterpret_cast<block*>(end_of_used); // NOLINT(performance-no-int-to-ptr): memory is numbers
  end_of_used = end;
  return made;
}

void* allocate(std::size_t size) {
  if (size > smallest_block << (free_blocks.size() - 2)) {
    return nullptr;
  }
  const std::size_t whole = std::bit_ceil(std::max(size + sizeof(block), smallest_block));
  const auto size_class = static_cast<std::uint32_t>(std::countr_zero(whole / smallest_block));
  block* taken = free_blocks[size_class];
  if (taken != nullptr) {
    free_blocks[size_class] = taken->next;
  } else {
    taken = new_block(whole);
  }
  if (taken == nullptr) {
    return nullptr;
  }
  taken->size_class = size_class;
  return taken + 1;
}

void release(void* memory) {
  if (memory == nullptr) {
    return;
  }
  block* const released = static_cast<block*>(memory) - 1;
  released->next = free_blocks[released->size_class];
  free_blocks[released->size_class] = released;
}

} // namespace

void* operator new(std::size_t size) {
  void* const memory = allocate(size);
  if (memory == nullptr) {
    __builtin_trap();
  }
  return memory;
}
void* operator new(std::size_t size, const std::nothrow_t& /*nothrow*/) noexcept { return allocate(size); }
void* operator new[](std::size_t size) { return ::operator new(size); }
void* operator new[](std::size_t size, const std::nothrow_t& /*nothrow*/) noexcept { return allocate(size); }
// For the libraries: our own sources have those of no_delete.h.
void operator delete(void* /*memory*/) noexcept {}
void operator delete(void* /*memory*/, std::size_t /*size*/) noexcept {}
void operator delete[](void* memory) noexcept { release(memory); }
void operator delete[](void* memory, std::size_t /*size*/) noexcept { release(memory); }

void* edge::detail::frame::operator new(std::size_t size) { return ::operator new(size); }
void edge::detail::frame::operator delete(void* memory) noexcept { release(memory); }
void edge::detail::frame::finish(std::coroutine_handle<> coroutine) noexcept { release(coroutine.address()); }
