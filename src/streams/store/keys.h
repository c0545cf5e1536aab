// The keys of Workers KV. A name that ends with a slash is a prefix with one key below it for each entry.
//
// clang-format off: the table below is one.
//
//   intent/<stream>                         a creation, until it is recorded or undone
//   intent/<stream>/<id>                    a change that was asked for, until it is complete
//   intent/<stream or live input>/fold-<id> a fact, until the schedule has folded it; or an output that was added
//   stream/<stream>                         the record, with its broadcasts as last folded
//   credentials/<stream>                    its sealed credentials, from the creation or the newest rotation
//   by-user/<hash of the subject>/<stream>  a user's streams
//   by-memorial/<memorial>/<stream>         a memorial's streams
//   by-input/<live input>                   the stream of a live input
//   answer/<key of a creation>              the sealed answer to an Idempotency-Key, without leases
//   deployment                              the id in the tags of this deployment's provider objects
//   reconcile/state                         what reconcile remembers; losing it costs only time
//   alarm/cloudflare                        what only the operator can repair: Cloudflare's code, for a day
//   copies/<day>/<change>                   how many minutes a copy takes of that day's limit, in the metadata
//   upload/<stream>/<name>                  the sealed address that a phone uploads to, for a week
//   memorial/<memorial>                     who may stream for it
//   invite/<stream>/<invite>                an invite, in value and metadata; expires with the invite
//   fact/stream/<stream>/mux-<event>        a fact, in the metadata; expires after 30 days
//   fact/stream/<stream>/cloudflare-<event> likewise; below the live input's id if its stream is not known yet
//   fact/stream/<stream>/<change>           a change that was asked for, in value and metadata; likewise, but
//                                           a deletion stays
//   fact/stream/<stream>/begun<session>     a WHIP session began: in the metadata; the value is the session,
//                                           sealed
//
// clang-format on
//
// The key of a deletion is the last one to go: any read of an old record reads it too, in the same operation.
#pragma once

#include "streams/model/change.h"
#include "streams/model/stream.h"

#include <string>
#include <string_view>

namespace streams::keys {

std::string stream(std::string_view stream_id);
std::string credentials(std::string_view stream_id);
std::string by_input(std::string_view live_input_id);
std::string by_user(const stream_record& of);
std::string by_memorial(std::string_view memorial_id, std::string_view stream_id);
std::string streams_of_user(std::string_view subject);
std::string streams_of_memorial(std::string_view memorial_id);

std::string facts(std::string_view stream_id);
std::string mux_fact(std::string_view stream_id, std::string_view event_id);
std::string cloudflare_fact(std::string_view stream_id, std::string_view event_id);
bool is_mux_fact(std::string_view key);
bool is_cloudflare_fact(std::string_view key);
// Of one that can be asked for only once.
std::string change_of(std::string_view stream_id, change_kind only);
std::string invites(std::string_view stream_id);
std::string upload(std::string_view stream_id, std::string_view name);

std::string memorial(std::string_view memorial_id);
std::string answer(std::string_view name);
std::string intent(std::string_view stream_id);
std::string pending_change(std::string_view stream_id, std::string_view id);
std::string pending_changes(std::string_view stream_id);
inline constexpr std::string_view reconcile_memory = "reconcile/state";
inline constexpr std::string_view alarm = "alarm/cloudflare";
inline constexpr std::string_view deployment = "deployment";

// What stands behind the last slash.
std::string last_part(std::string_view key);

} // namespace streams::keys
