// All secrets of the world, and a search for them in text that others can see.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace simulation {

class secret_book {
public:
  // A secret of at least eight bytes, and its name.
  void add(std::string name, std::string secret);

  // The name of a secret in the text: in clear, or inside text encoded in hexadecimal or either base64
  // alphabet.
  [[nodiscard]] std::optional<std::string> found_in(std::string_view text) const;

private:
  struct form {
    std::string name;
    std::string text;
  };

  void add_form(std::string name, std::string text);

  // By their first eight bytes, of which a hash says whether there is any.
  std::map<std::uint64_t, std::vector<form>> forms_;
  std::bitset<65'536> beginnings_;
};

} // namespace simulation
