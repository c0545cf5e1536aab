// A lease: only one holder at a time has it, until it is released, completed or expired. The holder notes
// what it is about to create, so that the next holder can find that if the holder dies. The result is kept
// for later callers.
//
// Every step may be repeated; a failed step is retried for `patience`. A holder whose lease has expired
// learns from `complete` whether there is another holder now.
#pragma once

#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/operation.h"
#include "edge/task.h"

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

namespace edge {

class lease {
public:
  static constexpr std::chrono::seconds patience{10};

  using standing = operation::lease::result;

  // `holder` must be unique, such as the id of the request.
  lease(host& host, std::string name, std::string holder)
      : host_(host), name_(std::move(name)), holder_(std::move(holder)) {}

  // Acquires the lease for `held` if it is free, has no result, and was not acquired for a different
  // `request`. The first holder's `request` and `note` stay until nobody has acquired it for `kept`. A lease
  // whose result is `request` starts anew, as if it had never been acquired.
  task<outcome<standing>> acquire(std::string_view request, std::string_view note, milliseconds held,
                                  milliseconds kept);
  // Stores the result, which must not be empty, for `kept`.
  task<outcome<standing>> complete(std::string_view value, milliseconds kept);
  // Gives it up without a result. The note stays.
  task<outcome<standing>> release();
  // The same, but the note goes.
  task<outcome<standing>> forget() { return complete("", milliseconds{0}); }

  [[nodiscard]] bool has(const standing& found) const { return found.holder == holder_; }

private:
  task<outcome<standing>> take(operation::lease step);

  host& host_;
  std::string name_;
  std::string holder_;
};

} // namespace edge
