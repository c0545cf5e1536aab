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

// The folder named by WHIPMUX_VECTORS; nothing, after a warning with the reason, where it is not set or not
// there.
[[nodiscard]] std::optional<std::string> vectors_folder();

// The same for WHIPMUX_VECTORS_UNPACKED, where the build leaves what is compressed in the other.
[[nodiscard]] std::optional<std::string> unpacked_vectors_folder();

// The whole file. The test fails where there is none: a folder that is there is there in full.
[[nodiscard]] std::string read_file(const std::string& path);

// The same as JSON.
[[nodiscard]] json::document read_json(const std::string& path);

// The names of the files in a folder, sorted.
[[nodiscard]] std::vector<std::string> names_in(const std::string& folder);

} // namespace support
