// JSONTestSuite (nst/JSONTestSuite): what a parser must accept and must refuse.
#include "json/reader.h"
#include "support/catch.h"
#include "support/vectors.h"

TEST_CASE("JSONTestSuite: every valid text is accepted and every invalid one refused") {
  const auto folder = support::vectors_folder();
  if (!folder) {
    return;
  }
  const std::string texts = *folder + "/jsontestsuite/test_parsing/";
  int valid = 0;
  int invalid = 0;
  int free = 0;
  for (const std::string& name : support::names_in(texts)) {
    INFO(name);
    const bool accepted = json::document::parse(support::read_file(texts + name)).has_value();
    if (name.starts_with("y_")) {
      ++valid;
      CHECK(accepted);
    } else if (name.starts_with("n_")) {
      ++invalid;
      CHECK_FALSE(accepted);
    } else {
      ++free;
    }
  }
  CHECK(valid == 95);
  CHECK(invalid == 188);
  CHECK(free == 35);
}
