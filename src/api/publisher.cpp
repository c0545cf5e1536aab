#include "api/publisher.h"

#include "api/invitation.h"
#include "api/managed_stream.h"

namespace api {

edge::task<std::expected<known_stream, edge::problem>> find_stream_for_publisher(edge::context& request,
                                                                                 publisher_rights asked) {
  auto invited = co_await co_await find_stream_by_invite(request, streams::invite_purpose::publish);
  if (invited) co_return std::move(*invited);
  managed_stream stream = co_await co_await (
      asked == publisher_rights::publish ? find_published_stream(request) : find_managed_stream(request));
  co_return known_stream{.settings = std::move(stream.settings), .record = std::move(stream.record)};
}

} // namespace api
