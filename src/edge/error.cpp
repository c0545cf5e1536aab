#include "edge/error.h"

#include "json/number.h"

namespace edge {

std::string describe(const error& what) {
  std::string text{what.what};
  if (!what.why.empty()) {
    text.append(": ").append(what.why);
  }
  if (what.code != 0) {
    text.append(": code ").append(json::decimal(what.code));
  }
  return text;
}

std::string could_not(const error& what) {
  return "could not " + describe(what) + " (" +
         (what.status == 0 ? name_of(what.kind) : "status " + json::decimal(what.status)) + ')';
}

const char* name_of(error_kind kind) {
  switch (kind) {
  case error_kind::timeout: return "timeout";
  case error_kind::network: return "network";
  case error_kind::unavailable: return "unavailable";
  case error_kind::malformed: return "malformed";
  case error_kind::throttled: return "throttled";
  case error_kind::unauthorized: return "unauthorized";
  case error_kind::not_found: return "not_found";
  case error_kind::rejected: return "rejected";
  case error_kind::too_large: return "too_large";
  case error_kind::out_of_time: return "out_of_time";
  case error_kind::not_opened: return "not_opened";
  }
  __builtin_trap();
}

} // namespace edge
