// providers: metadata of facts. The tests of mux::fact and cloudflare::fact show it with each provider's
// fields.
#include "providers/metadata.h"
#include "support/catch.h"

#include <array>
#include <chrono>
#include <string>
#include <string_view>

namespace {

enum class kind : std::uint8_t { first, second };

constexpr std::array<providers::kind_names, 2> rows{{{"first", ""}, {"second", "thing.second"}}};

bool is_anything(std::string_view) { return true; }
bool is_short(std::string_view text) { return text.size() < 4; }

struct sample {
  std::string id;
  kind what;
  edge::timestamp at;
  std::optional<std::string> note;
  std::optional<bool> live;

  bool operator==(const sample&) const = default;
};

template <class Sample, class Codec>
void describe(Sample& of, Codec& codec) {
  codec.text("id", of.id, is_short);
  codec.kind(of.what, rows);
  codec.time("at", of.at);
  codec.text("note", of.note, is_anything);
  codec.truth("live", of.live);
}

std::string written(const sample& of) {
  providers::metadata_writer writer;
  describe(of, writer);
  return std::move(writer).dump();
}

std::optional<sample> read(std::string_view text) {
  providers::metadata_reader reader{text};
  sample found{.id = {}, .what = {}, .at = {}, .note = {}, .live = {}};
  describe(found, reader);
  return reader.complete() ? std::optional{found} : std::nullopt;
}

} // namespace

TEST_CASE("One list of fields writes metadata and reads it") {
  const sample full{.id = "a",
                    .what = kind::second,
                    .at = edge::timestamp{std::chrono::microseconds{5}},
                    .note = "n",
                    .live = false};
  CHECK(written(full) == R"({"id":"a","kind":"second","at":5,"note":"n","live":false})");
  CHECK(read(written(full)) == full);
  const sample least{.id = "a", .what = kind::first, .at = {}, .note = {}, .live = {}};
  CHECK(written(least) == R"({"id":"a","kind":"first","at":0})");
  CHECK(read(written(least)) == least);
}

TEST_CASE("Metadata without a required field is not read, and a malformed optional field is left out") {
  CHECK_FALSE(read(R"({"kind":"first","at":0})"));
  CHECK_FALSE(read(R"({"id":"long","kind":"first","at":0})"));
  CHECK_FALSE(read(R"({"id":"a","at":0})"));
  CHECK_FALSE(read(R"({"id":"a","kind":"third","at":0})"));
  CHECK_FALSE(read(R"({"id":"a","kind":"first"})"));
  CHECK_FALSE(read(""));
  const auto found = read(R"({"id":"a","kind":"first","at":0,"note":7,"live":"no"})");
  REQUIRE(found);
  CHECK_FALSE(found->note);
  CHECK_FALSE(found->live);
}

TEST_CASE("Metadata longer than the store takes is not read") {
  const std::string text = R"({"id":"a","kind":"first","at":0})";
  CHECK(read(text + std::string(providers::max_metadata_size - text.size(), ' ')));
  CHECK_FALSE(read(text + std::string(providers::max_metadata_size - text.size() + 1, ' ')));
}

TEST_CASE("A kind without an event is not found by an empty event") {
  CHECK_FALSE(providers::kind_where<kind>(rows, &providers::kind_names::event, ""));
  CHECK(providers::kind_where<kind>(rows, &providers::kind_names::event, "thing.second") == kind::second);
  CHECK(providers::kind_where<kind>(rows, &providers::kind_names::name, "first") == kind::first);
}
