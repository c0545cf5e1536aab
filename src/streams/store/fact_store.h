// Facts: what a provider said, or what was asked of a stream. Each is written once, under a key of its own,
// with the fact in the key's metadata, so that one list gives all of them; only a long description is in the
// value alone. Facts expire after 30 days.
#pragma once

#include "cloudflare/fact.h"
#include "mux/fact.h"
#include "streams/model/change.h"
#include "streams/model/desired_state.h"
#include "streams/model/stream.h"
#include "streams/store/keys.h"
#include "streams/store/kv.h"

#include <string>
#include <string_view>

namespace streams {

// What stops every broadcast until the operator of the account repairs it.
struct operator_alarm {
  std::string code; // Cloudflare's
  edge::timestamp raised;
};

class fact_store {
public:
  explicit fact_store(kv store) : kv_(store) {}

  edge::task<edge::status> put(std::string_view stream_id, const mux::fact& said);
  // The stream may be unknown: then it is given the live input's id. If only the operator can repair what the
  // fact says, this is logged and raises the alarm.
  edge::task<edge::status> put(std::string_view stream_id, const cloudflare::fact& said);
  // With a value that can be read by the fact's key; without one, the value is the whole change.
  edge::task<edge::status> put(std::string_view stream_id, const change& asked, std::string value = {});

  // Visits the stored facts of all three kinds that were put under this id. What cannot be read is left out.
  edge::task<edge::status> for_each(std::string_view stream_id, auto visit) {
    return kv_.for_each(keys::facts(stream_id), [visit](const edge::operation::kv_list::entry& each) {
      const auto read = [&visit](const auto& said) {
        if (said) {
          visit(*said);
        }
      };
      if (keys::is_mux_fact(each.key)) {
        read(mux::fact::from_metadata(each.metadata));
      } else if (keys::is_cloudflare_fact(each.key)) {
        read(cloudflare::fact::from_metadata(each.metadata));
      } else {
        read(change::from_metadata(each.metadata));
      }
    });
  }

  // What they say. One more read if the newest description is too long for its key's metadata.
  edge::task<edge::outcome<stream_facts>> fold(std::string_view stream_id);

  // What the operator must repair; nullopt if Cloudflare has said nothing in the last day, or has made a
  // recording since.
  edge::task<edge::outcome<std::optional<operator_alarm>>> alarm();

  // Removes the facts of a deleted stream except the deletion, and its invites. What this leaves behind
  // expires. Its pending changes stay for the schedule, which removes the record again if an old fold has
  // written it.
  edge::task<void> remove_all(const stream_record& of);

  // Removes the facts of a stream whose record is gone, except its deletion.
  edge::task<void> remove_late(std::string_view stream_id) { return remove_below(keys::facts(stream_id)); }

  // Ends the alarm if a recording at Cloudflare is ready that began after it.
  edge::task<edge::status> end_alarm(const broadcast_state& after);

private:
  edge::task<void> remove_below(std::string prefix);

  kv kv_;
};

} // namespace streams
