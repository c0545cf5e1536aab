#include "api/managed_stream.h"

#include "api/problems.h"
#include "streams/repository.h"

namespace api {

edge::task<std::expected<managed_stream, edge::problem>> find_managed_stream(edge::context& request) {
  caller user = co_await co_await authenticate(request);
  known_stream found = co_await co_await find_stream(request);
  streams::repository repository{request.host, request.host.now() + stream_budget};
  stream_rights rights = co_await co_await rights_to(repository, user, found.record);
  if (rights == stream_rights::none) co_return std::unexpected(no_such_stream());
  managed_stream stream{.user = std::move(user),
                        .rights = rights,
                        .settings = std::move(found.settings),
                        .record = std::move(found.record)};
  co_await co_await bring_up_to_date(request, stream.record);
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
