// What the C++ runtime would otherwise bring from WASI, and with it files and streams: here every fatal end
// is a trap, which the shim turns into an answer.

#include <algorithm>
#include <cstdarg>
#include <cstddef>
#include <cstdlib>
#include <string>
#include <string_view>

extern "C" _Noreturn void abort() { __builtin_trap(); }

// simdjson asks for one variable. Emscripten's libc would import the whole environment for it.
extern "C" char* getenv(const char* /*name*/) { return nullptr; }

// The names are those of the libraries that call them.
// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp,cert-dcl50-cpp,modernize-avoid-variadic-functions)
void std::__libcpp_verbose_abort(const char*, ...) noexcept { __builtin_trap(); }
extern "C" _Noreturn void __abort_message(const char*, ...) { __builtin_trap(); }

// The only one that prints to a buffer is nlohmann/json, where it escapes a control character. The libc's own
// snprintf is larger than all of it, and drags in standard error with two imports.
extern "C" int snprintf(char* buffer, std::size_t size, const char* format, ...) {
  constexpr std::string_view escape = "\\u%04x";
  if (format != escape || size <= 6) {
    __builtin_trap();
  }
  std::va_list arguments;
  va_start(arguments, format);
  unsigned code = va_arg(arguments, unsigned);
  va_end(arguments);
  buffer = std::ranges::copy(std::string_view{"\\u"}, buffer).out;
  for (unsigned shift = 16; shift > 0;) {
    *buffer++ = "0123456789abcdef"[code >> (shift -= 4U) & 15U];
  }
  *buffer = '\0';
  return 6;
}
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp,cert-dcl50-cpp,modernize-avoid-variadic-functions)

// The library's own instantiation is compiled for speed, and link-time optimisation does not see into it.
template class std::basic_string<char>;
