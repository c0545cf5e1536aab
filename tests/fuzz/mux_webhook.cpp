// Webhooks of Mux. An input is the signature header, a line break and the body.
#include "mux/webhook.h"
#include "signatures.h"
#include "target.h"

#include <algorithm>

void fuzz::run(std::string_view input) {
  const std::string_view header = take_line(input);
  check_signatures(mux::signature_scheme, header, input);

  const auto event = mux::read_event(input);
  require(event == mux::read_event(input));
  if (!event) {
    require(!mux::name_of(event.error()).empty());
    return;
  }
  if (!*event) {
    return;
  }
  const mux::fact& fact = **event;
  require(!fact.live_stream_id.empty());
  require(mux::is_about_asset(fact.kind) <= fact.asset_id.has_value());
  require(fact.passthrough == mux::passthrough_in(input));
  // The id becomes part of a key.
  const auto fits_key = [](char each) {
    return (each >= '0' && each <= '9') || (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') ||
           each == '-';
  };
  require(std::ranges::all_of(fact.event_id, fits_key));
  const std::string stored = fact.to_metadata();
  require(stored.size() <= mux::fact::max_metadata_size);
  require(mux::fact::from_metadata(stored) == fact);
}
