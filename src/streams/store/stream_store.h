// The records of streams and the keys that find them. A record holds nothing that facts do not say again.
#pragma once

#include "streams/model/stream.h"
#include "streams/store/kv.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace streams {

// What a list tells of a stream without its record.
struct listed_stream {
  std::string id;
  bool is_open = false; // in progress, or without its backup
};

struct listed_streams {
  std::vector<listed_stream> streams; // newest first
  std::string cursor;                 // empty: this was the last page
};

struct stream_page {
  std::vector<stream_record> streams; // newest first; may hold fewer than the limit while there are more
  std::string cursor;                 // empty: this was the last page
};

class stream_store {
public:
  explicit stream_store(kv store) : kv_(store) {}

  // The record and the keys that find it. When this fails, some of them may be there.
  edge::task<edge::status> add(const stream_record& what);
  // Only the keys that find it.
  edge::task<edge::status> index(const stream_record& what);
  // Removes all that `add` may have written.
  edge::task<edge::status> remove(const stream_record& what);
  // The same in an order: the record goes last, and only when everything else is gone, because a later try
  // starts from the record.
  edge::task<edge::status> remove_in_order(const stream_record& what);

  // The record alone, as it was last folded: for what viewers see. It reads one key.
  edge::task<edge::outcome<std::optional<stream_record>>> get_record(std::string_view stream_id);
  // The record with its credentials. If the stream is deleted or has ended, its credentials were replaced, or
  // its phone was stopped, this says so even if a fold has overwritten it.
  edge::task<edge::outcome<std::optional<stream_record>>> get(std::string_view stream_id);
  // The readable records of up to 100 streams.
  edge::task<edge::outcome<std::vector<stream_record>>> get_all(const std::vector<std::string>& stream_ids);
  // Reads the deletions of up to 100 streams and adds them: their records may be older, or have been written
  // again since.
  edge::task<edge::status> fold_deletions(std::span<stream_record> records);
  // The id of the stream of a live input.
  edge::task<edge::outcome<std::optional<std::string>>> of_input(std::string_view live_input_id);

  // A page of up to 100 streams; `cursor` is that of the page before, or empty.
  edge::task<edge::outcome<stream_page>> list_of_user(std::string_view subject, std::string_view cursor,
                                                      std::uint32_t limit);
  edge::task<edge::outcome<stream_page>> list_of_memorial(std::string_view memorial_id,
                                                          std::string_view cursor, std::uint32_t limit);
  edge::task<edge::outcome<stream_page>> list_all(std::string_view cursor, std::uint32_t limit);

  // A page of up to 1,000 streams, which reads none of their records.
  edge::task<edge::outcome<listed_streams>> list_ids(std::string_view cursor);

  // Writes the record alone, once. If the write is lost, the facts remain and the next fold writes it again.
  // The record of a deleted stream does not stay.
  edge::task<edge::status> update(const stream_record& what);
  edge::task<edge::status> put_credentials(std::string_view stream_id, std::string_view sealed);

private:
  edge::task<edge::outcome<std::optional<stream_record>>> read(std::vector<std::string> keys);
  edge::task<edge::status> remove_around(const stream_record& what);
  edge::task<edge::outcome<kv::page>> list_keys(std::string prefix, std::string cursor, std::uint32_t limit);
  edge::task<edge::outcome<stream_page>> list(std::string prefix, std::string_view cursor,
                                              std::uint32_t limit);

  kv kv_;
};

} // namespace streams
