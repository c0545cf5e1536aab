#include "log.h"

#include "gst_ptr.h"

#include <cstdio>
#include <string>
#include <utility>

namespace relay {

void log(std::string_view event, json::object details) {
  const std::unique_ptr<GDateTime, freed_by<g_date_time_unref>> time{g_date_time_new_now_utc()};
  const text_ptr stamp{g_date_time_format(time.get(), "%Y-%m-%dT%H:%M:%S.%fZ")};
  details.set("event", event).set("time", std::string_view{stamp.get()});
  std::string line = details.dump() + '\n';
  (void)std::fwrite(line.data(), 1, line.size(), stderr);
}

} // namespace relay
