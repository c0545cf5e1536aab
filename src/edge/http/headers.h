// Header fields of a request or a response, in their original order. Names compare without regard to case
// (RFC 9110, section 5.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace edge {

class headers {
public:
  headers() = default;
  headers(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_(fields) {}

  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }

  // The first value of that name.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;

  [[nodiscard]] auto begin() const { return fields_.begin(); }
  [[nodiscard]] auto end() const { return fields_.end(); }
  [[nodiscard]] std::size_t size() const { return fields_.size(); }

private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

// Compares without regard to the case of ASCII letters.
bool same_but_for_case(std::string_view left, std::string_view right);

} // namespace edge
