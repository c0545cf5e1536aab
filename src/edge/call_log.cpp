#include "edge/call_log.h"

#include "json/number.h"

namespace edge {

std::string call_log::server_timing() const {
  std::string value;
  for (const call& each : calls_) {
    if (!value.empty()) {
      value += ", ";
    }
    value += each.label + ";dur=" + json::decimal(each.took.count()) + ";desc=\"" + each.outcome + '"';
  }
  return value;
}

} // namespace edge
