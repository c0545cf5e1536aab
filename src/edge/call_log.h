// The provider calls of a request, for the Server-Timing header and the log. It holds names and numbers only.
#pragma once

#include "edge/clock.h"

#include <string>
#include <vector>

namespace edge {

struct call {
  std::string label; // an HTTP token, such as "mux-create-live-stream"
  milliseconds took{};
  std::string outcome; // the status, or the name of an error kind
};

class call_log {
public:
  void note(call made) { calls_.push_back(std::move(made)); }
  [[nodiscard]] const std::vector<call>& calls() const { return calls_; }

  // The value of a Server-Timing header (W3C Server Timing); empty without calls.
  [[nodiscard]] std::string server_timing() const;

private:
  std::vector<call> calls_;
};

} // namespace edge
