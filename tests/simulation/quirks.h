// Deliberate faults of the world. A check that never fails checks nothing: each of these must be noticed.
#pragma once

namespace simulation {

struct quirks {
  bool cloudflare_forgets_idempotency_keys = false;
  bool cloudflare_keeps_what_is_deleted = false; // and reports it as deleted
  bool cloudflare_forgets_tags = false;
  bool cloudflare_leaves_out_ids = false; // in the response to a creation
  bool mux_keeps_what_is_deleted = false; // the same
  bool mux_forgets_passthroughs = false;
  bool store_loses_intents = false; // and reports them as written
  bool store_loses_records = false; // the same
  bool store_keeps_intents = false; // and reports them as removed
  bool seal_does_nothing = false;
};

} // namespace simulation
