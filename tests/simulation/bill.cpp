#include "simulation/bill.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>
#include <string_view>

namespace simulation {

namespace {

struct part {
  std::string_view name;
  std::size_t bill::* count;
};

constexpr std::array<part, 9> parts{{{"requests", &bill::requests},
                                     {"KV reads", &bill::reads},
                                     {"writes", &bill::writes},
                                     {"lists", &bill::lists},
                                     {"deletions", &bill::deletions},
                                     {"Durable Objects", &bill::objects},
                                     {"alarms", &bill::alarms},
                                     {"rows", &bill::rows},
                                     {"provider calls", &bill::calls}}};

constexpr std::size_t viewers_in_thousand = 1000;
constexpr std::size_t seconds_in_hour = 3600;

void print_line() { std::cout << '\n'; }

void print_rule(std::size_t columns) {
  std::cout << '|';
  for (std::size_t i = 0; i < columns; ++i) {
    std::cout << "---|";
  }
  print_line();
}

} // namespace

std::string_view bill::part_above(const bill& most) const {
  for (const part& each : parts) {
    if (this->*each.count > most.*each.count) {
      return each.name;
    }
  }
  return {};
}

void bill::print(std::string_view of) const {
  if (!is_printed()) {
    return;
  }
  std::cout << "| " << of << " |";
  for (const part& each : parts) {
    std::cout << ' ' << this->*each.count << " |";
  }
  print_line();
}

bill with_viewers(const bill& one, const bill& thousand, std::size_t viewers) {
  bill sum;
  for (const auto& [name, count] : parts) {
    sum.*count = one.*count + (thousand.*count - one.*count) * (viewers - 1) / (viewers_in_thousand - 1);
  }
  sum.rows += std::min(viewers - 1, seconds_in_hour);
  return sum;
}

bill cost_of(const served& done) {
  bill cost;
  for (const step& each : done.steps) {
    const std::string_view kind = std::string_view{each.name}.substr(0, each.name.find(' '));
    if (each.is_call) {
      ++cost.calls;
    } else if (kind == "kv_get") {
      cost.reads += each.keys;
    } else if (kind == "kv_put") {
      ++cost.writes;
    } else if (kind == "kv_list") {
      ++cost.lists;
    } else if (kind == "kv_remove") {
      ++cost.deletions;
    } else if (kind == "room" || kind == "wake" || kind == "pace" || kind == "lease") {
      ++cost.objects;
    }
  }
  return cost;
}

void meter::add(const served& done) {
  const bill cost = cost_of(done);
  for (const part& each : parts) {
    sum_.*each.count += cost.*each.count;
  }
  sum_.rows = world_.rows_written() - rows_before_;
  sum_.alarms = world_.alarms() - alarms_before_;
}

void meter::add_request(const served& done) {
  ++sum_.requests;
  add(done);
}

void meter::forget() {
  sum_ = {};
  rows_before_ = world_.rows_written();
  alarms_before_ = world_.alarms();
}

bool is_printed() {
  return std::getenv("WHIPMUX_BILL") != nullptr; // NOLINT(concurrency-mt-unsafe): one thread
}

void print_head() {
  if (!is_printed()) {
    return;
  }
  std::cout << "\n| |";
  for (const part& each : parts) {
    std::cout << ' ' << each.name << " |";
  }
  print_line();
  print_rule(parts.size() + 1);
}

void print_head_of_prices() {
  if (!is_printed()) {
    return;
  }
  std::cout
      << "\n| | requests | KV reads | writes | lists | deletions | Durable Objects | rows | paid plan |\n";
  print_rule(9);
}

void print_price(std::string_view of, const bill& sum) {
  if (!is_printed()) {
    return;
  }
  const auto percent = [](std::size_t count, double share) {
    return static_cast<double>(count) * 100 / share;
  };
  const std::size_t objects = sum.objects + sum.alarms;
  const double dollars = static_cast<double>(sum.requests) * 0.30e-6 +
                         static_cast<double>(sum.reads) * 0.50e-6 +
                         static_cast<double>(sum.writes + sum.lists + sum.deletions) * 5e-6 +
                         static_cast<double>(objects) * 0.15e-6 + static_cast<double>(sum.rows) * 1e-6;
  std::cout << "| " << of << " | " << percent(sum.requests, 100'000) << " % | " << percent(sum.reads, 100'000)
            << " % | " << percent(sum.writes, 1000) << " % | " << percent(sum.lists, 1000) << " % | "
            << percent(sum.deletions, 1000) << " % | " << percent(objects, 100'000) << " % | "
            << percent(sum.rows, 100'000) << " % | $" << dollars << " |\n";
}

} // namespace simulation
