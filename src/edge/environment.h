// The settings of a deployment: the Worker's variables and secrets. What is bound to it, such as a KV
// namespace, stands among them with a value that says no more than that it is there.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace edge {

class environment {
public:
  void set(std::string name, std::string value) { variables_.push_back({std::move(name), std::move(value)}); }

  // The variable, or nothing where it is missing or empty.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  // The same with a value of ours where it is missing. `otherwise` must outlive the result.
  [[nodiscard]] std::string_view get(std::string_view name, std::string_view otherwise) const;

private:
  struct variable {
    std::string name;
    std::string value;
  };
  std::vector<variable> variables_;
};

// The parts of a list that is written with commas or white space between them, empty ones left out.
std::vector<std::string> split_list(std::string_view list);

} // namespace edge
