#include "api/viewer.h"

#include "api/authentication.h"
#include "api/invitation.h"
#include "api/managed_stream.h"
#include "api/problems.h"

namespace api {

namespace {

edge::problem cannot_sign() {
  edge::problem problem = not_configured({});
  problem.detail =
      "One of CLOUDFLARE_SIGNING_JWK and MUX_SIGNING_PRIVATE_KEY is no key that can be signed with.";
  return problem;
}

edge::task<std::expected<void, edge::problem>> admit(edge::context& request) {
  if (!bears_token(request)) co_return std::unexpected(no_such_stream());
  co_await co_await find_managed_stream(request);
  co_return {};
}

streams::viewing_addresses addresses_with(const edge::context& request, const watched_stream& watched,
                                          streams::viewing_pass pass) {
  return {watched.stream.record.cloudflare, mux::playback_urls::read(request.host.settings()),
          std::move(pass)};
}

} // namespace

edge::task<std::expected<watched_stream, edge::problem>> find_watched_stream(edge::context& request) {
  auto invited = co_await co_await find_stream_by_invite(request, streams::invite_purpose::watch);
  known_stream found = invited ? std::move(*invited) : co_await co_await find_public_stream(request);
  watched_stream watched{.stream = std::move(found), .keys = std::nullopt};
  if (watched.stream.record.visibility == streams::visibility::public_stream) co_return watched;
  if (!invited) co_await co_await admit(request);
  auto keys = streams::viewing_keys::read(request.host.settings());
  if (!keys) co_return std::unexpected(not_configured(keys.error()));
  watched.keys = std::move(*keys);
  co_return watched;
}

edge::task<std::expected<streams::viewing_addresses, edge::problem>>
addresses_while_live(edge::context& request, const watched_stream& watched,
                     std::optional<std::string_view> video_id) {
  streams::viewing_pass pass;
  std::expected<void, edge::error> signed_all;
  const streams::stream_record& record = watched.stream.record;
  if (watched.keys && record.cloudflare)
    signed_all =
        co_await pass.admit_at_cloudflare(request.host, *watched.keys, record.cloudflare->live_input_id);
  if (watched.keys && video_id && signed_all)
    signed_all = co_await pass.admit_at_cloudflare(request.host, *watched.keys, std::string{*video_id});
  if (watched.keys && record.mux && signed_all)
    signed_all = co_await pass.admit_at_mux(request.host, *watched.keys, record.mux->playback_id);
  if (!signed_all) co_return std::unexpected(cannot_sign());
  co_return addresses_with(request, watched, std::move(pass));
}

edge::task<std::expected<streams::viewing_addresses, edge::problem>>
addresses_of_recordings(edge::context& request, const watched_stream& watched,
                        const std::vector<streams::broadcast>& broadcasts) {
  streams::viewing_pass pass;
  for (const streams::broadcast& broadcast : broadcasts)
    for (const streams::recording& each : broadcast.recordings) {
      if (!watched.keys || !each.can_be_played()) continue;
      bool at_mux = each.source == streams::recording_source::mux;
      auto signed_one =
          co_await (at_mux ? pass.admit_at_mux(request.host, *watched.keys, each.playback.value())
                           : pass.admit_at_cloudflare(request.host, *watched.keys, each.id));
      if (!signed_one) co_return std::unexpected(cannot_sign());
    }
  co_return addresses_with(request, watched, std::move(pass));
}

} // namespace api
