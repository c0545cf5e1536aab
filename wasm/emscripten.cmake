# The toolchain of the module's second build: the Emscripten at EMSDK, else the one that `scripts/setup emscripten`
# fetched.
if(DEFINED ENV{EMSDK})
  set(EMSCRIPTEN_ROOT_PATH $ENV{EMSDK}/upstream/emscripten)
elseif(DEFINED ENV{XDG_CACHE_HOME})
  set(EMSCRIPTEN_ROOT_PATH $ENV{XDG_CACHE_HOME}/whip-mux-emscripten/emscripten/usr/share/emscripten)
else()
  set(EMSCRIPTEN_ROOT_PATH $ENV{HOME}/.cache/whip-mux-emscripten/emscripten/usr/share/emscripten)
endif()
if(NOT EXISTS ${EMSCRIPTEN_ROOT_PATH}/em++)
  message(FATAL_ERROR "There is no Emscripten at ${EMSCRIPTEN_ROOT_PATH}: run 'scripts/setup emscripten' first")
endif()

# As in toolchain.cmake. Debian's package expects another version of clang than the project installs.
set(CMAKE_CXX_FLAGS_INIT "-mtail-call -mbulk-memory -ffunction-sections -fdata-sections -Wno-version-check")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-mtail-call -mbulk-memory -Wl,--gc-sections -Wno-version-check")
include(${EMSCRIPTEN_ROOT_PATH}/cmake/Modules/Platform/Emscripten.cmake)
