// What the platform counts, added up for requests, runs of the schedule and alarms, and printed as tables.
#pragma once

#include "simulation/world.h"

#include <cstddef>
#include <string_view>

namespace simulation {

struct bill {
  std::size_t requests = 0; // to the Worker
  std::size_t reads = 0;    // of keys in Workers KV
  std::size_t writes = 0;
  std::size_t lists = 0;
  std::size_t deletions = 0;
  std::size_t objects = 0; // requests to Durable Objects
  std::size_t alarms = 0;  // of Durable Objects, which count as requests too
  std::size_t rows = 0;    // that Durable Objects write: keys written or deleted, and alarms set
  std::size_t calls = 0;   // of the providers' APIs

  bool operator==(const bill&) const = default;

  // The first of them that is greater than in `most`, by its name; empty if none is.
  [[nodiscard]] std::string_view part_above(const bill& most) const;

  void print(std::string_view of) const;
};

// Each further viewer costs the same, so the bill of many follows from those of one and of a thousand. What
// the viewers' number itself costs comes to that: in a second with a new peak of viewers the room writes a
// row, at most 3,600 in the hour of a broadcast.
bill with_viewers(const bill& one, const bill& thousand, std::size_t viewers);

// What one request, run or alarm cost in operations and calls. Rows and alarms are those of a whole world.
bill cost_of(const served& done);

// Adds up what a world does.
class meter {
public:
  explicit meter(const world& of) : world_(of) { forget(); }

  void add(const served& done);
  void add_request(const served& done);
  void forget();
  [[nodiscard]] const bill& sum() const { return sum_; }

private:
  const world& world_;
  bill sum_;
  std::size_t rows_before_ = 0;
  std::size_t alarms_before_ = 0;
};

// With WHIPMUX_BILL in the environment.
bool is_printed();
void print_head();
void print_head_of_prices();
// Of what the free plan includes per day, and in dollars beyond what the paid plan includes.
void print_price(std::string_view of, const bill& sum);

} // namespace simulation
