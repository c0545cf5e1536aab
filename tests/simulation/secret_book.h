// Every secret of the world, and whether a text that others can see holds one of them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace simulation {

class secret_book {
public:
  // A secret of at least eight bytes, and what to call it.
  void add(std::string name, std::string secret);

  // The name of a secret that the text holds: as it is, or somewhere inside what was written in hexadecimal
  // or in base 64 of either alphabet.
  std::optional<std::string> found_in(std::string_view text) const;

private:
  struct form {
    std::string name;
    std::string text;
  };
  std::vector<form> forms_;
};

} // namespace simulation
