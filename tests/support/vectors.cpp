// Reads files with <cstdio> and <dirent.h>: WASI has both, and libc++ for WASI has no file streams.
#include "support/vectors.h"

#include "support/catch.h"
#include "support/hex.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <dirent.h>
#include <memory>
#include <utility>

namespace support {
namespace {

struct file_closer {
  void operator()(std::FILE* file) const noexcept { (void)std::fclose(file); }
};

struct folder_closer {
  void operator()(DIR* folder) const noexcept { (void)closedir(folder); }
};
using open_folder = std::unique_ptr<DIR, folder_closer>;

std::optional<std::string> folder_named_by(const char* variable) {
  const char* const folder = std::getenv(variable); // NOLINT(concurrency-mt-unsafe): one thread
  if (folder == nullptr) {
    WARN("skipped: " << variable << " does not say where the test vectors are");
    return std::nullopt;
  }
  INFO(variable << " names the folder " << folder << ", which is not there");
  REQUIRE(open_folder(opendir(folder)));
  return folder;
}

} // namespace

std::optional<std::string> vectors_folder() { return folder_named_by("WHIPMUX_VECTORS"); }

std::optional<std::string> unpacked_vectors_folder() { return folder_named_by("WHIPMUX_VECTORS_UNPACKED"); }

std::string read_file(const std::string& path) {
  INFO(path);
  const std::unique_ptr<std::FILE, file_closer> file(std::fopen(path.c_str(), "rb"));
  REQUIRE(file);
  std::string content;
  std::array<char, 16384> piece;
  while (const std::size_t size = std::fread(piece.data(), 1, piece.size(), file.get())) {
    content.append(piece.data(), size);
  }
  REQUIRE(std::ferror(file.get()) == 0);
  return content;
}

json::document read_json(const std::string& path) {
  auto document = json::document::parse(read_file(path));
  INFO(path);
  REQUIRE(document);
  return *std::move(document);
}

std::string bytes_of(json::value hex) {
  const auto bytes = bytes_of_hex(hex.text().value_or("no text"));
  REQUIRE(bytes);
  return bytes.value_or("");
}

std::vector<std::string> names_in(const std::string& folder) {
  INFO(folder);
  const open_folder open(opendir(folder.c_str()));
  REQUIRE(open);
  std::vector<std::string> names;
  while (const dirent* const entry = readdir(open.get())) { // NOLINT(concurrency-mt-unsafe): one thread
    if (entry->d_name[0] != '.') {
      names.emplace_back(entry->d_name);
    }
  }
  std::ranges::sort(names);
  return names;
}

} // namespace support
