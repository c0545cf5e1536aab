// What a phone or an encoder needs to publish to a stream. Answers are not stored.
#include "streams/store/credentials.h"

#include "api/auth/access.h"
#include "api/http/json_answer.h"
#include "api/http/problems.h"
#include "api/routes/change.h"
#include "json/writer.h"
#include "streams/publish/cut_off.h"
#include "streams/publish/endpoint.h"
#include "streams/publish/relay.h"

namespace api {

namespace {

std::string query_value(std::string_view text) {
  constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  for (char each : text) {
    auto code = static_cast<unsigned char>(each);
    if (plain.contains(each)) {
      encoded += each;
    } else {
      encoded.append({'%', digits[code >> 4U], digits[code & 15U]});
    }
  }
  return encoded;
}

std::string srt_url(const streams::credentials& secrets) {
  return secrets.srt_url + "?streamid=" + query_value(secrets.srt_stream_id.text()) +
         "&passphrase=" + query_value(secrets.srt_passphrase.text());
}

// What the plan has: a phone's address, with a token for the relay; an encoder's addresses and key, unless
// the relay is the only encoder. With LiveKit, nothing: only the proxy publishes there.
edge::result<json::object> credentials_view(const stream_access& stream, const streams::credentials& secrets,
                                            edge::timestamp now) {
  json::object view;
  if (stream.record.ingest == streams::ingest_plan::livekit) {
    return view;
  }
  if (stream.record.method == streams::streaming_method::whip_browser) {
    auto endpoint = publish_endpoint_of(stream.record, secrets, stream.settings.relay, now, now);
    if (!endpoint) {
      return std::unexpected(no_relay());
    }
    view.set("whipUrl", endpoint->whip_url.text());
    if (!endpoint->bearer.empty()) {
      view.set("whipToken", endpoint->bearer.text());
    }
  }
  if (stream.record.ingest == streams::ingest_plan::relay) {
    return view;
  }
  view.set("rtmpUrl", secrets.rtmps_url).set("streamKey", secrets.rtmps_key.text());
  if (!secrets.srt_url.empty()) {
    view.set("srtUrl", srt_url(secrets));
  }
  return view;
}

} // namespace

// GET /api/streams/{id}/credentials, for owners: {whipUrl?, whipToken?, rtmpUrl?, streamKey?, srtUrl?}, as
// the stream's method and plan have them. The token is the relay's: a bearer for every request of the
// session, valid for an hour. 403 for an admin who is no owner, 503 when the credentials cannot be read or
// the deployment has no relay any more.
edge::task<edge::result<>> get_credentials(edge::context& request) {
  stream_access stream = co_await access::require(request, right::own);
  auto secrets = co_await attempt(streams::read_credentials(request.host, stream.settings, stream.record));
  if (!secrets) {
    co_return refuse(credentials_unreadable(secrets.error()));
  }
  co_await streams::choose_relay(request.host, stream.settings, stream.record);
  co_return json_answer(200, co_await credentials_view(stream, *secrets, request.host.now()));
}

// POST /api/streams/{id}/credentials/rotate, for owners: replaces all credentials. The old ones are refused
// from now on, and a broadcast under way is cut off. Answers 200 with the new ones and `warnings`, 502 when
// the provider fails; a GET then tells which ones are valid.
edge::task<edge::result<>> rotate_credentials(edge::context& request) {
  stream_access stream = co_await access::require(request, right::own);
  if (!stream.record.cloudflare && !stream.settings.mux) {
    co_return refuse(provider_failed(could_not(streams::settings::no_mux())));
  }
  const edge::timestamp now = request.host.now();
  std::vector<streams::change> asked{streams::change::only(streams::change_kind::rotated, now)};
  const bool stops_phone = stream.record.method == streams::streaming_method::whip_browser &&
                           stream.record.broadcasts.status(now) == streams::stream_status::live;
  if (stops_phone) {
    asked.push_back(streams::change::only(streams::change_kind::stopped, now));
  }
  co_await begin_change(request, stream.record, std::move(asked));
  auto done = co_await attempt(streams::rotate_credentials(request.host, stream.settings, stream.record));
  if (!done) {
    co_return refuse(
        provider_failed(could_not(done.error()) +
                        ". Ask for the credentials to see which ones are valid, or rotate them again"));
  }
  json::object answer = co_await credentials_view(stream, done->credentials, request.host.now());
  json::array warnings;
  if (stops_phone && !co_await attempt(streams::cut_off(request.host, stream.settings, stream.record, now))) {
    warnings.add(
        json::object()
            .set("code", "phone_not_stopped")
            .set("detail", "The phone that publishes could not be cut off yet. This is tried again."));
  }
  if (!done->stored) {
    warnings.add(json::object()
                     .set("code", "credentials_not_stored")
                     .set("detail", "They are valid, but could not be stored here: they will be read from "
                                    "the provider when they are asked for next."));
  }
  answer.set("warnings", std::move(warnings));
  co_return json_answer(200, answer);
}

} // namespace api
