#include "api/auth/access.h"

#include "api/auth/authentication.h"
#include "api/http/problems.h"
#include "streams/manage/refresh.h"
#include "streams/model/stream_id.h"
#include "streams/store/credentials.h"
#include "streams/store/store.h"

namespace api {

edge::task<edge::result<stream_rights>> rights_to(streams::store& store, const caller& user,
                                                  const streams::stream_record& stream) {
  if (user.subject == stream.created_by) co_return stream_rights::publish;
  stream_rights otherwise = user.admin ? stream_rights::manage : stream_rights::none;
  if (!stream.memorial_id) co_return otherwise;
  auto memorial = co_await attempt(store.memorials.get(*stream.memorial_id));
  if (!memorial) co_return std::unexpected(store_unavailable());
  co_return *memorial && (*memorial)->admits(user.subject) ? stream_rights::publish : otherwise;
}

edge::task<edge::result<std::optional<streams::memorial>>>
memorial_for(streams::store& store, const caller& user, std::string_view memorial_id) {
  auto memorial = co_await attempt(store.memorials.get(memorial_id));
  if (!memorial) co_return std::unexpected(store_unavailable());
  if (*memorial && !user.admin && !(*memorial)->admits(user.subject))
    co_return std::unexpected(not_admitted());
  co_return std::move(*memorial);
}

edge::task<edge::result<known_stream>> find_stream(edge::context& request) {
  auto settings = streams::settings::read(request.host.settings());
  if (!settings) co_return std::unexpected(not_configured(settings.error()));
  const std::string& id = request.parameters.front();
  if (!streams::is_stream_id(id)) co_return std::unexpected(no_such_stream());
  streams::store store{request.host, request.host.now() + stream_budget};
  auto found = co_await attempt(store.streams.get(id));
  if (!found) co_return std::unexpected(store_unavailable());
  if (!*found) co_return std::unexpected(no_such_stream());
  co_return known_stream{.settings = std::move(*settings), .record = std::move(**found)};
}

void write_back_later(edge::context& request, const streams::stream_record& record) {
  request.after_answering([&host = request.host, record] { return streams::write_back(host, record); });
}

edge::task<edge::result<void>> bring_up_to_date(edge::context& request, streams::stream_record& stream) {
  streams::store store{request.host, request.host.now() + stream_budget};
  // Where the facts cannot be had now, the record says how far they were known.
  bool news =
      streams::under_way(stream, request.host.now()) && co_await streams::take_in_facts(store, stream);
  if (news || stream.desired.deleted()) write_back_later(request, stream);
  if (stream.desired.deleted()) co_return std::unexpected(no_such_stream());
  co_return {};
}

edge::task<edge::result<known_stream>> find_public_stream(edge::context& request) {
  known_stream stream = co_await find_stream(request);
  co_await bring_up_to_date(request, stream.record);
  co_return stream;
}

edge::task<edge::result<managed_stream>> find_managed_stream(edge::context& request,
                                                             deleted_streams deleted) {
  caller user = co_await authenticate(request);
  known_stream found = co_await find_stream(request);
  streams::store store{request.host, request.host.now() + stream_budget};
  stream_rights rights = co_await rights_to(store, user, found.record);
  if (rights == stream_rights::none) co_return std::unexpected(no_such_stream());
  managed_stream stream{.user = std::move(user),
                        .rights = rights,
                        .settings = std::move(found.settings),
                        .record = std::move(found.record)};
  if (stream.record.desired.deleted() && deleted == deleted_streams::found) {
    (void)co_await streams::take_in_facts(store, stream.record);
    co_return stream;
  }
  co_await bring_up_to_date(request, stream.record);
  if (rights == stream_rights::publish &&
      !stream.settings.keys.sealed_with_first(stream.record.sealed_credentials))
    request.after_answering([&host = request.host, keys = stream.settings.keys, record = stream.record] {
      return streams::reseal_credentials(host, keys, record);
    });
  co_return stream;
}

edge::task<edge::result<managed_stream>> find_published_stream(edge::context& request) {
  managed_stream stream = co_await find_managed_stream(request);
  if (stream.rights != stream_rights::publish) co_return std::unexpected(publishers_only());
  co_return stream;
}

edge::task<std::optional<streams::credentials>> credentials_for_caller(edge::host& host,
                                                                       managed_stream& stream) {
  if (stream.rights != stream_rights::publish) co_return std::nullopt;
  auto opened = co_await attempt(streams::read_credentials(host, stream.settings, stream.record));
  if (!opened)
    stream.record.warnings.push_back(
        {.code = "credentials_unavailable",
         .detail = opened.error().kind == edge::error_kind::not_opened
                       ? "The publish address cannot be read with this deployment's keys."
                       : "The publish address was replaced, and cannot be read from Cloudflare now."});
  co_return opened ? std::optional{std::move(*opened)} : std::nullopt;
}

namespace {

edge::problem invite_refused() {
  return {.status = 401,
          .type = "invite-refused",
          .title = "The invitation does not hold any more",
          .detail = "It has expired or was withdrawn. Ask whoever sent it for a new one.",
          .headers = {{"www-authenticate", "Bearer error=\"invalid_token\""}}};
}

} // namespace

edge::task<edge::result<std::optional<known_stream>>> find_stream_by_invite(edge::context& request,
                                                                            streams::invite_purpose to) {
  auto token = bearer_of(request.request);
  auto keys = streams::keyring::read(request.host.settings());
  if (!token || !keys) co_return std::nullopt;
  auto claims = streams::read_invite(*keys, *token, request.host.now());
  if (!claims && claims.error() == streams::invite_refusal::expired)
    co_return std::unexpected(invite_refused());
  if (!claims || claims->purpose != to) co_return std::nullopt;
  if (claims->stream_id != request.parameters.front()) co_return std::unexpected(no_such_stream());
  known_stream stream = co_await find_public_stream(request);
  streams::store store{request.host, request.host.now() + stream_budget};
  auto known = co_await attempt(store.invites.get(claims->stream_id, claims->invite_id));
  if (!known) co_return std::unexpected(store_unavailable());
  if (!*known || !(*known)->holds(request.host.now())) co_return std::unexpected(invite_refused());
  co_return stream;
}

edge::task<edge::result<known_stream>> find_stream_for_publisher(edge::context& request,
                                                                 publisher_rights asked) {
  auto invited = co_await find_stream_by_invite(request, streams::invite_purpose::publish);
  if (invited) co_return std::move(*invited);
  managed_stream stream = co_await (asked == publisher_rights::publish ? find_published_stream(request)
                                                                       : find_managed_stream(request));
  co_return known_stream{.settings = std::move(stream.settings), .record = std::move(stream.record)};
}

namespace {

edge::problem cannot_sign() {
  edge::problem problem = not_configured({});
  problem.detail =
      "One of CLOUDFLARE_SIGNING_JWK and MUX_SIGNING_PRIVATE_KEY is no key that can be signed with.";
  return problem;
}

edge::task<edge::result<void>> admit(edge::context& request) {
  if (!bears_token(request)) co_return std::unexpected(no_such_stream());
  co_await find_managed_stream(request);
  co_return {};
}

streams::playback_addresses addresses_with(const edge::context& request, const watched_stream& watched,
                                           streams::playback_tokens pass) {
  return {watched.stream.record.cloudflare, mux::playback_urls::read(request.host.settings()),
          std::move(pass)};
}

} // namespace

edge::task<edge::result<watched_stream>> find_watched_stream(edge::context& request) {
  auto invited = co_await find_stream_by_invite(request, streams::invite_purpose::watch);
  known_stream found = invited ? std::move(*invited) : co_await find_public_stream(request);
  watched_stream watched{.stream = std::move(found), .keys = std::nullopt};
  if (watched.stream.record.visibility == streams::visibility::public_stream) co_return watched;
  if (!invited) co_await admit(request);
  auto keys = streams::playback_keys::read(request.host.settings());
  if (!keys) co_return std::unexpected(not_configured(keys.error()));
  watched.keys = std::move(*keys);
  co_return watched;
}

edge::task<edge::result<streams::playback_addresses>>
addresses_while_live(edge::context& request, const watched_stream& watched,
                     std::optional<std::string_view> video_id) {
  streams::playback_tokens pass;
  edge::status signed_all;
  const streams::stream_record& record = watched.stream.record;
  if (watched.keys && record.cloudflare)
    signed_all = co_await attempt(
        pass.admit_at_cloudflare(request.host, *watched.keys, record.cloudflare->live_input_id));
  if (watched.keys && video_id && signed_all)
    signed_all =
        co_await attempt(pass.admit_at_cloudflare(request.host, *watched.keys, std::string{*video_id}));
  if (watched.keys && record.mux && signed_all)
    signed_all = co_await attempt(pass.admit_at_mux(request.host, *watched.keys, record.mux->playback_id));
  if (!signed_all) co_return std::unexpected(cannot_sign());
  co_return addresses_with(request, watched, std::move(pass));
}

edge::task<edge::result<streams::playback_addresses>>
addresses_of_recordings(edge::context& request, const watched_stream& watched,
                        const std::vector<streams::broadcast>& broadcasts) {
  streams::playback_tokens pass;
  for (const streams::broadcast& broadcast : broadcasts)
    for (const streams::recording& each : broadcast.recordings) {
      if (!watched.keys || !each.can_be_played()) continue;
      bool at_mux = each.source == streams::recording_source::mux;
      auto signed_one =
          co_await attempt((at_mux ? pass.admit_at_mux(request.host, *watched.keys, each.playback.value())
                                   : pass.admit_at_cloudflare(request.host, *watched.keys, each.id)));
      if (!signed_one) co_return std::unexpected(cannot_sign());
    }
  co_return addresses_with(request, watched, std::move(pass));
}

} // namespace api
