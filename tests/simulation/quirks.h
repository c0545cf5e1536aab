// Ways in which the world may be at fault. A check that nobody has ever seen fail checks nothing: each of
// these has to be noticed.
#pragma once

namespace simulation {

struct quirks {
  bool cloudflare_forgets_idempotency_keys = false;
  bool cloudflare_keeps_what_is_deleted = false; // and says that it is gone
  bool cloudflare_forgets_tags = false;
  bool cloudflare_leaves_out_ids = false; // in what it answers to a creation
  bool mux_keeps_what_is_deleted = false; // likewise
  bool mux_forgets_passthroughs = false;
  bool store_loses_intents = false; // and says that they are written
  bool store_loses_records = false; // likewise
  bool store_keeps_intents = false; // and says that they are removed
  bool seal_does_nothing = false;
};

} // namespace simulation
