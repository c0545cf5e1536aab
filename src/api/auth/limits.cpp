#include "api/auth/limits.h"

#include "api/auth/access.h"
#include "crypto/hex.h"
#include "crypto/sha256.h"
#include "json/number.h"
#include "streams/store/store.h"

#include <algorithm>
#include <utility>

namespace api {

namespace {

constexpr std::uint32_t streams_looked_at = 100;

constexpr edge::problem_type too_fast{.status = 429,
                                      .type = "too-many-requests",
                                      .title = "You are making streams too fast",
                                      .detail = "Wait a minute before you make the next one.",
                                      .header = {"retry-after", "60"}};

constexpr edge::problem_type too_many_streams{.status = 429,
                                              .type = "too-many-streams",
                                              .title = "You have too many streams that have not ended",
                                              .header = {"retry-after", "60"}};

// The platform does not learn who the user is.
std::string counted_as(std::string_view subject) { return crypto::hex_encode(crypto::sha256::of(subject)); }

} // namespace

edge::task<edge::result<void>> check_open_streams(edge::host& host, const streams::settings& settings,
                                                  std::string_view subject, std::string_view stream_id) {
  streams::store store{host, host.now() + stream_budget};
  const auto newest = co_await attempt(store.streams.list_of_user(subject, "", streams_looked_at));
  if (!newest) {
    co_return {};
  }
  const auto open = std::ranges::count_if(newest->streams, [&](const streams::stream_record& each) {
    return each.id != stream_id && !each.desired.ended() && !each.desired.deleted() &&
           each.broadcasts.status(host.now()) != streams::stream_status::completed;
  });
  if (std::cmp_greater_equal(open, settings.most_open_streams)) {
    co_return refuse(too_many_streams.with("End or delete one of your " + json::decimal(open) +
                                           " open streams, or wait until a broadcast is over."));
  }
  co_return {};
}

edge::task<edge::result<void>> check_rate(edge::context& request, std::string_view subject) {
  if (!request.host.settings().find("CREATE_LIMIT")) {
    co_return {};
  }
  const auto admitted = co_await attempt(request.host.perform(edge::operation::limit{counted_as(subject)}));
  if (admitted && !*admitted) {
    co_return refuse(too_fast);
  }
  co_return {};
}

} // namespace api
