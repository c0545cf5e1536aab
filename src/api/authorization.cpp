#include "api/authorization.h"

#include "api/problems.h"

namespace api {

edge::task<std::expected<stream_rights, edge::problem>>
rights_to(streams::repository& repository, const caller& user, const streams::stream_record& stream) {
  if (user.subject == stream.created_by) co_return stream_rights::publish;
  stream_rights otherwise = user.admin ? stream_rights::manage : stream_rights::none;
  if (!stream.memorial_id) co_return otherwise;
  auto memorial = co_await repository.get_memorial(*stream.memorial_id);
  if (!memorial) co_return std::unexpected(store_unavailable());
  co_return *memorial && (*memorial)->admits(user.subject) ? stream_rights::publish : otherwise;
}

edge::task<std::expected<std::optional<streams::memorial>, edge::problem>>
memorial_for(streams::repository& repository, const caller& user, std::string_view memorial_id) {
  auto memorial = co_await repository.get_memorial(memorial_id);
  if (!memorial) co_return std::unexpected(store_unavailable());
  if (*memorial && !user.admin && !(*memorial)->admits(user.subject))
    co_return std::unexpected(not_admitted());
  co_return std::move(*memorial);
}

} // namespace api
