#include "api/managed_stream.h"

#include "api/problems.h"
#include "streams/kept_credentials.h"
#include "streams/refresh.h"
#include "streams/repository.h"

namespace api {

edge::task<std::expected<managed_stream, edge::problem>> find_managed_stream(edge::context& request,
                                                                             deleted_streams deleted) {
  caller user = co_await co_await authenticate(request);
  known_stream found = co_await co_await find_stream(request);
  streams::repository repository{request.host, request.host.now() + stream_budget};
  stream_rights rights = co_await co_await rights_to(repository, user, found.record);
  if (rights == stream_rights::none) co_return std::unexpected(no_such_stream());
  managed_stream stream{.user = std::move(user),
                        .rights = rights,
                        .settings = std::move(found.settings),
                        .record = std::move(found.record)};
  if (stream.record.asked.deleted() && deleted == deleted_streams::found) {
    (void)co_await streams::take_in_facts(repository, stream.record);
    co_return stream;
  }
  co_await co_await bring_up_to_date(request, stream.record);
  if (rights == stream_rights::publish &&
      !stream.settings.keys.sealed_with_first(stream.record.sealed_credentials))
    request.after_answering([&host = request.host, keys = stream.settings.keys, record = stream.record] {
      return streams::reseal_credentials(host, keys, record);
    });
  co_return stream;
}

edge::task<std::expected<managed_stream, edge::problem>> find_published_stream(edge::context& request) {
  managed_stream stream = co_await co_await find_managed_stream(request);
  if (stream.rights != stream_rights::publish) co_return std::unexpected(publishers_only());
  co_return stream;
}

edge::task<std::optional<streams::credentials>> credentials_for_caller(edge::host& host,
                                                                       managed_stream& stream) {
  if (stream.rights != stream_rights::publish) co_return std::nullopt;
  auto opened = co_await streams::read_credentials(host, stream.settings, stream.record);
  if (!opened)
    stream.record.warnings.push_back(
        {.code = "credentials_unavailable",
         .detail = opened.error().kind == edge::error_kind::not_opened
                       ? "The publish address cannot be read with this deployment's keys."
                       : "The publish address was replaced, and cannot be read from Cloudflare now."});
  co_return opened ? std::optional{std::move(*opened)} : std::nullopt;
}

} // namespace api
