// Where libFuzzer calls the target.
#include "target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  fuzz::run({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
