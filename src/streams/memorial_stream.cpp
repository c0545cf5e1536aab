#include "streams/memorial_stream.h"

#include "streams/begun_stream.h"
#include "streams/refresh.h"
#include "streams/repository.h"

namespace streams {

namespace {

constexpr std::chrono::seconds store_budget{10};
constexpr std::uint32_t page_size = 100;

bool is_open(const stream_record& stream) {
  return stream.ingest == ingest_plan::mux && stream.method == streaming_method::whip_browser &&
         !stream.asked.ended() && !stream.asked.deleted();
}

// What can be given to somebody: one who died may have stored the record without its credentials.
bool is_whole(const std::optional<stream_record>& stream) {
  return stream && is_open(*stream) && !stream->sealed_credentials.empty();
}

using found = std::expected<std::optional<stream_record>, edge::error>;

// The records of a list know of the changes that were folded into them; what was asked since, the facts say.
edge::task<found> read(repository& from, std::string_view stream_id) {
  auto stream = co_await co_await from.get(stream_id);
  if (stream) (void)co_await take_in_facts(from, *stream);
  co_return stream;
}

} // namespace

edge::task<found> find_memorial_stream(edge::host& host, const memorial_caller& caller) {
  repository from{host, host.now() + store_budget};
  std::string cursor;
  do {
    auto page = co_await co_await from.list_of_memorial(caller.memorial_id, cursor, page_size);
    for (const stream_record& each : page.streams) {
      if (!is_open(each) || (!caller.admitted && each.created_by != caller.subject)) continue;
      auto stream = co_await co_await read(from, each.id);
      if (is_whole(stream)) co_return stream;
    }
    cursor = std::move(page.cursor);
  } while (!cursor.empty());
  co_return std::nullopt;
}

edge::task<std::expected<memorial_stream, edge::error>>
look_at_memorial_stream(edge::host& host, const settings& with, std::string_view stream_id) {
  using enum memorial_stream_state;
  repository from{host, host.now() + store_budget};
  auto stream = co_await co_await read(from, stream_id);
  if (is_whole(stream)) co_return memorial_stream{.is = open, .record = std::move(stream)};
  if (stream) co_return memorial_stream{.is = is_open(*stream) ? unseen : closed};
  if (left_to_reconcile(with, stream_id, host.now())) co_return memorial_stream{.is = closed};
  // That it was deleted stays when its record has gone.
  stream_record gone;
  gone.id = stream_id;
  auto known = co_await co_await from.fold_changes(gone);
  co_return memorial_stream{.is = known.asked.deleted() ? closed : unseen};
}

} // namespace streams
