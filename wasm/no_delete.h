// The module does not reuse the memory of single objects, such as the characters of a string: its memory is
// restored after each request (wasm/allocator.cpp). Each source must see that at once. If it were known only
// when the module is linked, thousands of calls of destructors that do nothing would stay.
#pragma once

#include <cstddef>

#pragma clang diagnostic ignored "-Winline-new-delete"
[[gnu::always_inline]] inline void operator delete(void* /*memory*/) noexcept {}
[[gnu::always_inline]] inline void operator delete(void* /*memory*/, std::size_t /*size*/) noexcept {}
