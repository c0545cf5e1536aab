// A lease: of all who ask under its name, one at a time has it, until it is given back, complete, or its time
// is over. Whoever has it notes what it is about to make, so that the next one finds what was made where the
// holder died, and what came of it is kept for those who come later.
//
// Every step may be repeated: it is, where it fails, for `patience`. A holder whose time is over learns
// by `complete` whether somebody else has the lease now.
#pragma once

#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/operation.h"
#include "edge/task.h"

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace edge {

class lease {
public:
  static constexpr std::chrono::seconds patience{10};

  using standing = operation::lease::result;

  // `holder` must be nobody else's, such as the id of the request.
  lease(host& host, std::string name, std::string holder)
      : host_(host), name_(std::move(name)), holder_(std::move(holder)) {}

  // Takes it, for `held`, where nobody has it, nothing has come of it, and it was never taken for something
  // else than `request`. The first who takes it notes `note`. Both stay until nobody has taken it for `kept`.
  // Where `request` is what has come of it, it is taken for what comes after that, as if nobody ever had it.
  task<outcome<standing>> acquire(std::string_view request, std::string_view note, milliseconds held,
                                  milliseconds kept);
  // Says what came of it, which is not to be empty, and stays for `kept`.
  task<outcome<standing>> complete(std::string_view value, milliseconds kept);
  // Gives it back, and nothing has come of it yet: the note stays.
  task<outcome<standing>> release();
  // The same, and the note goes.
  task<outcome<standing>> forget() { return complete("", milliseconds{0}); }

  [[nodiscard]] bool has(const standing& found) const { return found.holder == holder_; }

private:
  task<outcome<standing>> take(operation::lease step);

  host& host_;
  std::string name_;
  std::string holder_;
};

} // namespace edge
