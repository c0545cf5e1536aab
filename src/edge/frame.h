// Where the frames of tasks are kept, and how they end.
#pragma once

#include <coroutine>
#include <cstddef>

namespace edge::detail {

#ifdef WHIPMUX_MODULE

// The memory of the module's instance is restored after its request. So no destructor of a frame runs there:
// a frame whose result was taken is reused, and what it owned waits for the restore. That leaves 250
// functions out of the module. See wasm/allocator.cpp.
class frame {
public:
  static void* operator new(std::size_t size);
  static void operator delete(void* memory) noexcept;

  // The end of the object that owns a coroutine.
  static void end(std::coroutine_handle<>) noexcept {}
  // The end of a coroutine whose result was taken.
  static void finish(std::coroutine_handle<> coroutine) noexcept;
};

#else

class frame {
public:
  static void end(std::coroutine_handle<> coroutine) noexcept { coroutine.destroy(); }
  static void finish(std::coroutine_handle<>) noexcept {}
};

#endif

} // namespace edge::detail
