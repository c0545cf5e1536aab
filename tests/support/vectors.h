// Test data that others published. It stands outside the project, and a test that needs it says that it was
// skipped where it is missing:
//
//   const auto folder = support::vectors_folder();
//   if (!folder) { return; }
#pragma once

#include "json/reader.h"

#include <optional>
#include <string>
#include <vector>

namespace support {

// The folder named by WHIPMUX_VECTORS; empty, after a warning with the reason, if it is not set. The test
// fails if it names no folder.
[[nodiscard]] std::optional<std::string> vectors_folder();

// The same for WHIPMUX_VECTORS_UNPACKED, where the build unpacks the compressed files of the other.
[[nodiscard]] std::optional<std::string> unpacked_vectors_folder();

// The whole file. The test fails if it is missing: the folder is expected to be complete.
[[nodiscard]] std::string read_file(const std::string& path);

// The same as JSON.
[[nodiscard]] json::document read_json(const std::string& path);

// The bytes of a hexadecimal text.
[[nodiscard]] std::string bytes_of(json::value hex);

// The names of the files in a folder, sorted.
[[nodiscard]] std::vector<std::string> names_in(const std::string& folder);

} // namespace support
