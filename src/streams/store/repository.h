// Streams in Workers KV. Nothing is read, changed and written back where the change would be lost with the
// race: facts are written once, each to a key of its own, and a record holds nothing that they do not say
// again.
//
//   intent/<stream>                          what is about to be made, until it is recorded or undone
//   intent/<stream>/<id>                     that something was asked of it, until it is done
//   stream/<stream>                          the record, with the broadcasts as far as they were folded
//   credentials/<stream>                     its sealed credentials, as it was made or they were replaced
//   by-user/<hash of the subject>/<stream>   for the list of a user's streams
//   by-memorial/<memorial>/<stream>          for the list of a memorial's streams
//   by-input/<live input>                    the stream of a live input
//   answer/<key of a creation>               what was answered to it, sealed, where there are no leases
//   reconcile/state                          what the schedule remembers; losing it costs nothing but time
//   memorial/<memorial>                      who may stream for it
//   invite/<stream>/<invite>                 an invite, as the value and in the metadata; gone when it
//   expires fact/<provider>/<resource>/<event>       the fact, in the metadata of the key; gone after 30 days
//   fact/stream/<stream>/<change>            a change that was asked for, likewise, and as the value
//
// That a stream was deleted stays as its last key, until it expires: whoever reads the record later, because
// a fold brought it back or a read is old, learns it with the same operation.
//
// Every call fails with unavailable where KV fails. Writes are tried again until the deadline; they may be
// repeated.
#pragma once

#include "cloudflare/fact.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"
#include "mux/fact.h"
#include "streams/model/change.h"
#include "streams/model/desired_state.h"
#include "streams/model/stream.h"
#include "streams/store/invite.h"
#include "streams/store/memorial.h"
#include "streams/store/reconcile_memory.h"
#include "streams/store/work_queue.h"

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace streams {

struct stream_page {
  std::vector<stream_record> streams; // newest first; may be fewer than asked for while there are more
  std::string cursor;                 // empty: this was the last page
};

// What was begun, and not finished.
struct unfinished_business {
  std::vector<intent> creations;
  std::vector<pending_work> pending;
};

class repository {
public:
  // What its errors say that they could not do.
  static constexpr std::string_view step = "reach the store";

  repository(edge::host& host, edge::timestamp deadline) : host_(host), deadline_(deadline) {}

  edge::task<edge::status> put_intent(const intent& what);
  edge::task<edge::status> remove_intent(std::string_view stream_id);
  // All of both kinds that one list gives, those of the newest streams first, but of the first kind 100 at
  // most; what cannot be read is left out.
  edge::task<edge::outcome<unfinished_business>> list_unfinished();
  edge::task<edge::outcome<bool>> has_intent(std::string_view stream_id);

  edge::task<edge::status> put_pending(const pending_work& what);
  edge::task<edge::status> remove_pending(const pending_work& what);

  // The record and what it is found by. If one of them fails, some may be there.
  edge::task<edge::status> add(const stream_record& what);
  // What it is found by, alone.
  edge::task<edge::status> index(const stream_record& what);
  // Removes whatever `add` may have written.
  edge::task<edge::status> remove(const stream_record& what);
  // The same in an order: the record goes last, and only if all else is gone, for it is what one goes by to
  // try again.
  edge::task<edge::status> remove_in_order(const stream_record& what);
  // What was said about a deleted stream and asked of it, but for that it was deleted, and its invites: what
  // is left expires. And word of what was to be done: whoever finds that later finds nothing to do.
  edge::task<void> remove_facts(const stream_record& of);

  // The record with its credentials. Where it was deleted, the record says so, if it is there.
  edge::task<edge::outcome<std::optional<stream_record>>> get(std::string_view stream_id);
  // Those of up to 100 streams that have a record which can be read.
  edge::task<edge::outcome<std::vector<stream_record>>> get_all(const std::vector<std::string>& stream_ids);
  edge::task<edge::outcome<std::optional<std::string>>> stream_of_input(std::string_view live_input_id);

  // A page of up to 100 streams; `cursor` is that of the page before, or empty.
  edge::task<edge::outcome<stream_page>> list_of_user(std::string_view subject, std::string_view cursor,
                                                      std::uint32_t limit);
  edge::task<edge::outcome<stream_page>> list_of_memorial(std::string_view memorial_id,
                                                          std::string_view cursor, std::uint32_t limit);
  edge::task<edge::outcome<stream_page>> list_all(std::string_view cursor, std::uint32_t limit);

  // The whole of it is written at once: of two who write at a time, one wins.
  edge::task<edge::status> put_memorial(std::string_view memorial_id, const memorial& what);
  edge::task<edge::status> remove_memorial(std::string_view memorial_id);
  edge::task<edge::outcome<std::optional<memorial>>> get_memorial(std::string_view memorial_id);

  edge::task<edge::status> put_fact(const mux::fact& said);
  edge::task<edge::status> put_fact(const cloudflare::fact& said);

  edge::task<edge::status> put_change(std::string_view stream_id, const change& asked);
  edge::task<edge::status> put_credentials(std::string_view stream_id, std::string_view sealed);

  // Of an invite the newest writing stands: the one that made it, or the one that withdrew it. Elsewhere a
  // read may be a minute behind, and so long an invite that was withdrawn may still be taken for a good one.
  edge::task<edge::status> put_invite(std::string_view stream_id, const invite& what);
  edge::task<edge::outcome<std::optional<invite>>> get_invite(std::string_view stream_id,
                                                              std::string_view invite_id);
  // The newest first, those that were withdrawn included.
  edge::task<edge::outcome<std::vector<invite>>> list_invites(std::string_view stream_id);

  // The record's broadcasts joined with every fact that is stored about them.
  edge::task<edge::outcome<broadcast_state>> fold_facts(const stream_record& of);
  // The facts of our own, those alone.
  edge::task<edge::outcome<own_facts>> fold_changes(const stream_record& of);
  // Writes the record alone, once: if it is lost, the facts remain, and the next fold writes it again. The
  // record of a deleted stream does not stay.
  edge::task<edge::status> update(const stream_record& what);

  // What was answered to a creation; empty where it is not known.
  edge::task<edge::outcome<std::string>> get_answer(std::string_view name);
  edge::task<edge::status> put_answer(std::string_view name, std::string text, std::chrono::seconds expiry);

  edge::task<edge::outcome<reconcile_memory>> get_memory();
  edge::task<edge::status> put_memory(const reconcile_memory& what);

private:
  edge::task<edge::status> put(std::string key, std::string value, std::string metadata = {},
                               std::chrono::seconds expiry = {});
  edge::task<edge::status> remove_key(std::string key);
  edge::task<edge::status> remove_beside(const stream_record& what);
  edge::task<void> remove_below(std::string prefix);
  edge::task<edge::outcome<std::optional<std::string>>> read(std::string key);
  edge::task<edge::outcome<stream_page>> list(std::string prefix, std::string_view cursor,
                                              std::uint32_t limit);
  template <class State, class Fact>
  edge::task<edge::outcome<State>> fold_below(std::string prefix);

  edge::host& host_;
  edge::timestamp deadline_;
};

} // namespace streams
