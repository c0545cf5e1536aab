#include "api/managed_stream.h"

#include "api/problems.h"
#include "streams/refresh.h"
#include "streams/repository.h"
#include "streams/stream_id.h"

namespace api {

edge::task<std::expected<managed_stream, edge::problem>> find_managed_stream(edge::context& request) {
  caller user = co_await co_await authenticate(request);
  auto settings = streams::settings::read(request.host.settings());
  if (!settings) co_return std::unexpected(not_configured(settings.error()));
  const std::string& id = request.parameters.front();
  if (!streams::is_stream_id(id)) co_return std::unexpected(no_such_stream());

  streams::repository repository{request.host, request.host.now() + stream_budget};
  auto found = co_await repository.get(id);
  if (!found) co_return std::unexpected(store_unavailable());
  if (!*found) co_return std::unexpected(no_such_stream());
  stream_rights rights = co_await co_await rights_to(repository, user, **found);
  if (rights == stream_rights::none) co_return std::unexpected(no_such_stream());
  managed_stream stream{.user = std::move(user),
                        .rights = rights,
                        .settings = std::move(*settings),
                        .record = std::move(**found)};

  // Where the facts cannot be had now, the record says how far they were known.
  bool news = streams::under_way(stream.record, request.host.now()) &&
              co_await streams::take_in_facts(repository, stream.record);
  if (news)
    request.after_answering(
        [&host = request.host, record = stream.record] { return streams::write_back(host, record); });
  if (stream.record.asked.deleted()) co_return std::unexpected(no_such_stream());
  co_return stream;
}

edge::task<std::optional<streams::credentials>> credentials_for_caller(edge::host& host,
                                                                       managed_stream& stream) {
  if (stream.rights != stream_rights::publish) co_return std::nullopt;
  auto text = co_await stream.settings.keys.open(host, stream.record.id, streams::credentials::field,
                                                 stream.record.sealed_credentials);
  auto opened = text ? streams::credentials::from_text(*text) : std::nullopt;
  if (!opened)
    stream.record.warnings.push_back(
        {.code = "credentials_unavailable",
         .detail = "The publish address cannot be read with this deployment's keys."});
  co_return opened;
}

} // namespace api
