#define CATCH_CONFIG_MAIN
#include "support/catch.h"

#if defined(__wasi__)
#include <cstdint>

// Debian's compiler-rt for WASI was built with stack protection, but no library there has these two symbols.
// Printing a time needs a 128-bit remainder from it.
// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
extern "C" {
std::uintptr_t __stack_chk_guard = 0;
[[noreturn]] void __stack_chk_fail() { __builtin_trap(); }
}
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
#endif
