// Stands before every HTTP call of a host that has one: lets it through when its turn has come, or refuses
// it.
#pragma once

#include "edge/error.h"
#include "edge/operation.h"
#include "edge/task.h"

#include <expected>
#include <string_view>

namespace edge {

class gate {
public:
  // Waits until the call may begin; fails where it is not to be made at all.
  virtual task<std::expected<void, error>> admit(const operation::fetch& call) = 0;
  // What came of a call to that URL which was admitted.
  virtual void learn(std::string_view url, const std::expected<operation::fetch::result, error>& outcome) = 0;

protected:
  gate() = default;
  ~gate() = default;
};

} // namespace edge
