// The only file that includes Catch2, so that switching its major version changes one line.
#pragma once

// Catch2 2 uses std::nothrow without the header that declares it.
#include "support/no_file_streams.h"

#include <new>

// TEST_CASE names its functions with __COUNTER__.
#pragma clang diagnostic ignored "-Wc2y-extensions"

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
