// What the C++ runtime would otherwise bring from WASI, and with it files and streams: here every fatal end
// is a trap, which the shim turns into an answer.

#include <cstdlib>
#include <new>
#include <string>

extern "C" _Noreturn void abort() { __builtin_trap(); }

// The names are those of the libraries that call them.
// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp,cert-dcl50-cpp,modernize-avoid-variadic-functions)
void std::__libcpp_verbose_abort(const char*, ...) noexcept { __builtin_trap(); }
extern "C" _Noreturn void __abort_message(const char*, ...) { __builtin_trap(); }

// wasi-libc's snprintf drags in standard error, for a complaint about long double that is never made. These
// stand where the imports for it would be.
extern "C" int __imported_wasi_snapshot_preview1_fd_close(int) { __builtin_trap(); }
extern "C" int __imported_wasi_snapshot_preview1_fd_seek(int, long long, int, int) { __builtin_trap(); }
extern "C" int __imported_wasi_snapshot_preview1_fd_write(int, int, int, int) { __builtin_trap(); }
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp,cert-dcl50-cpp,modernize-avoid-variadic-functions)

void* operator new(std::size_t size) {
  void* memory = std::malloc(size != 0 ? size : 1);
  if (memory == nullptr) __builtin_trap();
  return memory;
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return std::malloc(size); }
void* operator new[](std::size_t size) { return ::operator new(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return std::malloc(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
