// libc++ for WASI is packaged without file streams, and Catch2 2 names them for options that the tests do not
// use (a file of test names, a report to a file): here they are streams that never open.
#pragma once

#if defined(__wasi__)
#include <istream>
#include <ostream>

template <>
class std::basic_ifstream<char> : public std::istream {
public:
  explicit basic_ifstream(const char*) : std::istream(nullptr) {}
  [[nodiscard]] bool is_open() const { return false; }
};

template <>
class std::basic_ofstream<char> : public std::ostream {
public:
  basic_ofstream() : std::ostream(nullptr) {}
  void open(const char*) { setstate(std::ios_base::failbit); }
};
#endif
