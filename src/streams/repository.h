// Streams in Workers KV. Nothing is read, changed and written back where the change would be lost with the
// race: facts are written once, each to a key of its own, and a record holds nothing that they do not say
// again.
//
//   intent/<stream>                          what is about to be made, until it is recorded or undone
//   stream/<stream>                          the record, with the broadcasts as far as they were folded
//   by-user/<hash of the subject>/<stream>   for the list of a user's streams
//   by-memorial/<memorial>/<stream>          for the list of a memorial's streams
//   by-input/<live input>                    the stream of a live input
//   memorial/<memorial>                      who may stream for it
//   fact/<provider>/<resource>/<event>       the fact, in the metadata of the key; gone after 30 days
//   fact/stream/<stream>/<change>            a change that was asked for, likewise
//
// Every call fails with unavailable where KV fails. Writes are tried again until the deadline; they may be
// repeated.
#pragma once

#include "cloudflare/fact.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"
#include "mux/fact.h"
#include "streams/change.h"
#include "streams/intent.h"
#include "streams/management.h"
#include "streams/memorial.h"
#include "streams/stream_record.h"

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

class repository {
public:
  repository(edge::host& host, edge::timestamp deadline) : host_(host), deadline_(deadline) {}

  edge::task<std::expected<void, edge::error>> put_intent(const intent& what);
  edge::task<std::expected<void, edge::error>> remove_intent(std::string_view stream_id);

  // The record and what it is found by. If one of them fails, some may be there.
  edge::task<std::expected<void, edge::error>> add(const stream_record& what);
  // Removes whatever `add` may have written.
  edge::task<std::expected<void, edge::error>> remove(const stream_record& what);

  edge::task<std::expected<std::optional<stream_record>, edge::error>> get(std::string_view stream_id);
  edge::task<std::expected<std::optional<std::string>, edge::error>>
  stream_of_input(std::string_view live_input_id);

  // A page of up to 100 streams; `cursor` is that of the page before, or empty.
  edge::task<std::expected<stream_page, edge::error>>
  list_of_user(std::string_view subject, std::string_view cursor, std::uint32_t limit);
  edge::task<std::expected<stream_page, edge::error>>
  list_of_memorial(std::string_view memorial_id, std::string_view cursor, std::uint32_t limit);
  edge::task<std::expected<stream_page, edge::error>> list_all(std::string_view cursor, std::uint32_t limit);

  // The whole of it is written at once: of two who write at a time, one wins.
  edge::task<std::expected<void, edge::error>> put_memorial(std::string_view memorial_id,
                                                            const memorial& what);
  edge::task<std::expected<void, edge::error>> remove_memorial(std::string_view memorial_id);
  edge::task<std::expected<std::optional<memorial>, edge::error>> get_memorial(std::string_view memorial_id);

  edge::task<std::expected<void, edge::error>> put_fact(const mux::fact& said);
  edge::task<std::expected<void, edge::error>> put_fact(const cloudflare::fact& said);

  edge::task<std::expected<void, edge::error>> put_change(std::string_view stream_id, const change& asked);

  // The record's broadcasts joined with every fact that is stored about them.
  edge::task<std::expected<broadcast_state, edge::error>> fold_facts(const stream_record& of);
  // What was asked of the stream, joined likewise.
  edge::task<std::expected<management, edge::error>> fold_changes(const stream_record& of);
  // Writes the record alone, once: if it is lost, the facts remain, and the next fold writes it again.
  edge::task<std::expected<void, edge::error>> update(const stream_record& what);

private:
  edge::task<std::expected<void, edge::error>>
  put(std::string key, std::string value, std::string metadata = {}, std::chrono::seconds expiry = {});
  edge::task<std::expected<void, edge::error>> remove_key(std::string key);
  edge::task<std::expected<std::optional<std::string>, edge::error>> read(std::string key);
  edge::task<std::expected<stream_page, edge::error>> list(std::string prefix, std::string_view cursor,
                                                           std::uint32_t limit);
  template <class State, class Fact>
  edge::task<std::expected<State, edge::error>> fold_below(std::string prefix);

  edge::host& host_;
  edge::timestamp deadline_;
};

} // namespace streams
