#include "api/output_fields.h"

#include "streams/public_target.h"

#include <algorithm>

namespace api {

streams::wanted_output read_output(json_fields& fields) {
  streams::wanted_output wanted{.url = fields.required_text("url", 512),
                                .stream_key = crypto::secret{fields.required_text("streamKey", 255)},
                                .enabled = fields.boolean("enabled").value_or(true)};
  if (!wanted.url.empty()) fields.must("url", streams::fault_of_target(wanted.url));
  auto visible = [](char each) { return each > ' ' && each < 0x7f; };
  if (!std::ranges::all_of(wanted.stream_key.text(), visible))
    fields.must("streamKey", "be of visible ASCII characters");
  return wanted;
}

} // namespace api
