# The toolchain of the module: wasi-sdk at WASI_SDK_PREFIX, or the same clang, lld, wasi-libc and libc++ as
# Debian packages them.
set(CMAKE_SYSTEM_NAME WASI)
set(CMAKE_SYSTEM_PROCESSOR wasm32)
list(APPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_LIST_DIR}/cmake)

if(DEFINED ENV{WASI_SDK_PREFIX})
  set(CMAKE_CXX_COMPILER $ENV{WASI_SDK_PREFIX}/bin/clang++)
  set(CMAKE_SYSROOT $ENV{WASI_SDK_PREFIX}/share/wasi-sysroot)
else()
  set(CMAKE_CXX_COMPILER clang++-22)
  set(CMAKE_AR llvm-ar-22)
  set(CMAKE_RANLIB llvm-ranlib-22)
endif()
# Newer releases of wasi-sdk have only the newer name.
set(CMAKE_CXX_COMPILER_TARGET wasm32-wasi)
if(EXISTS "${CMAKE_SYSROOT}/include/wasm32-wasip1")
  set(CMAKE_CXX_COMPILER_TARGET wasm32-wasip1)
endif()

# Without tail calls every co_await that finishes at once would deepen the stack: both when compiling and linking.
# The driver calls wasm32-wasi by its newer name, under which Debian's libc++ headers are not found.
set(CMAKE_CXX_FLAGS_INIT "-mtail-call -ffunction-sections -fdata-sections -Wno-deprecated")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-mtail-call -Wl,--gc-sections")
