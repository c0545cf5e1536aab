#include "api/known_stream.h"

#include "api/problems.h"
#include "streams/refresh.h"
#include "streams/repository.h"
#include "streams/stream_id.h"

namespace api {

edge::task<std::expected<known_stream, edge::problem>> find_stream(edge::context& request) {
  auto settings = streams::settings::read(request.host.settings());
  if (!settings) co_return std::unexpected(not_configured(settings.error()));
  const std::string& id = request.parameters.front();
  if (!streams::is_stream_id(id)) co_return std::unexpected(no_such_stream());
  streams::repository repository{request.host, request.host.now() + stream_budget};
  auto found = co_await repository.get(id);
  if (!found) co_return std::unexpected(store_unavailable());
  if (!*found) co_return std::unexpected(no_such_stream());
  co_return known_stream{.settings = std::move(*settings), .record = std::move(**found)};
}

void write_back_later(edge::context& request, const streams::stream_record& record) {
  request.after_answering([&host = request.host, record] { return streams::write_back(host, record); });
}

edge::task<std::expected<void, edge::problem>> bring_up_to_date(edge::context& request,
                                                                streams::stream_record& stream) {
  streams::repository repository{request.host, request.host.now() + stream_budget};
  // Where the facts cannot be had now, the record says how far they were known.
  bool news =
      streams::under_way(stream, request.host.now()) && co_await streams::take_in_facts(repository, stream);
  if (news || stream.asked.deleted()) write_back_later(request, stream);
  if (stream.asked.deleted()) co_return std::unexpected(no_such_stream());
  co_return {};
}

edge::task<std::expected<known_stream, edge::problem>> find_public_stream(edge::context& request) {
  known_stream stream = co_await co_await find_stream(request);
  co_await co_await bring_up_to_date(request, stream.record);
  co_return stream;
}

} // namespace api
