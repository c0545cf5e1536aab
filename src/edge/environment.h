// The Worker's variables and secrets. A binding, such as a KV namespace, is in it with a value that only
// shows that it exists.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace edge {

class environment {
public:
  void set(std::string name, std::string value) { variables_.push_back({std::move(name), std::move(value)}); }

  // Nullopt for a missing or empty variable.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  // The same with a default, which must outlive the result.
  [[nodiscard]] std::string_view get(std::string_view name, std::string_view otherwise) const;

private:
  struct variable {
    std::string name;
    std::string value;
  };
  std::vector<variable> variables_;
};

// The parts of a list that are separated by commas or white space, without empty ones.
std::vector<std::string> split_list(std::string_view list);

} // namespace edge
