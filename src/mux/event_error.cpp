// Names for a log line.
#include "mux/event_error.h"

namespace mux {

std::string_view name_of(event_error error) noexcept {
  switch (error) {
  case event_error::not_json: return "not_json";
  case event_error::no_type: return "no_type";
  case event_error::bad_id: return "bad_id";
  case event_error::bad_time: return "bad_time";
  case event_error::bad_resource: return "bad_resource";
  }
  return "unknown";
}

} // namespace mux
