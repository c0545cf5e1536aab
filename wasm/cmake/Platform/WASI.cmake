# CMake 3.25 knows no WASI platform; there is little to tell it.
set(CMAKE_EXECUTABLE_SUFFIX .wasm)
