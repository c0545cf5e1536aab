#include "simulation/swarm_report.h"

#include "edge/environment.h"
#include "support/catch.h"

#include <charconv>
#include <cstdlib>
#include <string_view>
#include <system_error>
#include <vector>

namespace simulation {

namespace {

std::string variable_named(const char* name) {
  const char* const text = std::getenv(name); // NOLINT(concurrency-mt-unsafe): one thread
  return text == nullptr ? std::string{} : std::string{text};
}

std::string in_lines(const std::vector<std::string>& all) {
  std::string text;
  for (const std::string& each : all) {
    text += "\n" + each;
  }
  return text;
}

} // namespace

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const std::string text = variable_named(variable);
  const std::string_view digits{text};
  std::uint64_t number = otherwise;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  INFO(variable << " must be a number: " << text);
  REQUIRE((text.empty() || (fault == std::errc{} && end == digits.data() + digits.size())));
  return number;
}

std::optional<std::set<std::string>> names_from(const char* variable) {
  const std::vector<std::string> all = edge::split_list(variable_named(variable));
  return all.empty() ? std::nullopt : std::optional{std::set<std::string>{all.begin(), all.end()}};
}

void report(const swarm_trial& failed) {
  const swarm_outcome least = shrink(failed);
  FAIL("seed " << failed.seed << "\n"
               << in_lines(least.story) << "\n\nwhat is wrong:" << in_lines(least.violations)
               << "\n\nreplay it:\n"
               << replay_command(failed.seed, least));
}

} // namespace simulation
