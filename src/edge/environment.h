// The Worker's variables and secrets.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace edge {

// How the value of a setting must look.
struct setting_form {
  std::string_view name;
  bool (*is_usable)(std::string_view value);
  bool required = false;
};

class environment {
public:
  // The value of a binding, such as a KV namespace, and of whatever else is no text, number or boolean.
  static constexpr std::string_view bound = "bound";

  void set(std::string name, std::string value) { variables_.push_back({std::move(name), std::move(value)}); }

  // Nullopt for a missing or empty variable.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  // The same with a default, which must outlive the result.
  [[nodiscard]] std::string_view get(std::string_view name, std::string_view otherwise) const;
  [[nodiscard]] bool has_binding(std::string_view name) const { return find(name) == bound; }

  // The names of settings whose value is not usable, or is missing although it is required.
  [[nodiscard]] std::vector<std::string> unusable(std::span<const setting_form> forms) const;

private:
  struct variable {
    std::string name;
    std::string value;
  };
  std::vector<variable> variables_;
};

// The parts of a list that are separated by commas or white space, without empty ones.
std::vector<std::string> split_list(std::string_view list);

// ASCII other than control characters and the space.
[[nodiscard]] constexpr bool is_visible(char each) { return each > ' ' && each <= '~'; }

// Forms of settings: visible characters, such as a token; a list with at least one part; a whole number.
bool is_visible_text(std::string_view text);
bool is_filled_list(std::string_view text);
bool is_whole_number(std::string_view text);

// The number that a text consists of.
std::optional<std::uint32_t> whole_number(std::string_view text);

} // namespace edge
