#include "streams/store/credentials.h"

#include "cloudflare/api.h"
#include "edge/retry.h"
#include "json/reader.h"
#include "json/writer.h"
#include "mux/api.h"
#include "streams/store/store.h"

namespace streams {

credentials credentials::of(const cloudflare::live_input& input) {
  return {.whip_url = input.whip_url,
          .rtmps_url = input.rtmps_url,
          .rtmps_key = input.rtmps_key,
          .srt_url = input.srt_url,
          .srt_stream_id = input.srt_stream_id,
          .srt_passphrase = input.srt_passphrase,
          .since = {}};
}

credentials credentials::of(const mux::live_stream& live_stream, const mux::settings& at_mux) {
  return {.whip_url = live_stream.whip_url(at_mux.whip_url),
          .rtmps_url = at_mux.rtmps_url,
          .rtmps_key = live_stream.stream_key,
          .srt_url = {},
          .srt_stream_id = {},
          .srt_passphrase = {},
          .since = {}};
}

std::string credentials::to_text() const {
  return json::object()
      .set("whipUrl", whip_url.text())
      .set("rtmpsUrl", rtmps_url)
      .set("rtmpsKey", rtmps_key.text())
      .set("srtUrl", srt_url)
      .set("srtStreamId", srt_stream_id.text())
      .set("srtPassphrase", srt_passphrase.text())
      .set("since", edge::to_microseconds(since))
      .dump();
}

std::optional<credentials> credentials::from_text(std::string_view text) {
  auto parsed = json::document::parse(text);
  if (!parsed || !parsed->root().is_object()) {
    return std::nullopt;
  }
  json::value root = parsed->root();
  return credentials{.whip_url = crypto::secret{root["whipUrl"].text_or_empty()},
                     .rtmps_url = root["rtmpsUrl"].text_or_empty(),
                     .rtmps_key = crypto::secret{root["rtmpsKey"].text_or_empty()},
                     .srt_url = root["srtUrl"].text_or_empty(),
                     .srt_stream_id = crypto::secret{root["srtStreamId"].text_or_empty()},
                     .srt_passphrase = crypto::secret{root["srtPassphrase"].text_or_empty()},
                     .since = edge::from_microseconds(root["since"].integer().value_or(0))};
}

namespace {

constexpr std::chrono::seconds budget{10};
// A rotation may take effect at Cloudflare this long after it was asked for, even if its call was given up.
// Credentials that are read earlier may be dead a moment later.
constexpr std::chrono::seconds rotation_delay{60};

edge::task<edge::outcome<credentials>> open(edge::host& host, const keyring& keys,
                                            const stream_record& stream) {
  std::string text = co_await keys.open(host, stream.id, credentials::field, stream.sealed_credentials);
  auto opened = credentials::from_text(text);
  if (!opened) {
    co_return std::unexpected(edge::error{edge::error_kind::not_opened, "open the credentials"});
  }
  co_return std::move(*opened);
}

edge::task<edge::status> put_sealed(edge::host& host, const keyring& keys, const stream_record& stream,
                                    const credentials& what) {
  std::string sealed = co_await keys.seal(host, stream.id, credentials::field, what.to_text());
  store to{host, host.now() + budget};
  co_await to.streams.put_credentials(stream.id, sealed);
  co_return {};
}

enum class credentials_call : std::uint8_t { read, replace };

// Asks the provider that ingests the broadcast.
edge::task<edge::outcome<credentials>> ask_provider(edge::host& host, const settings& with,
                                                    const stream_record& stream, credentials_call what) {
  const bool reads = what == credentials_call::read;
  const edge::timestamp deadline = host.now() + budget;
  if (stream.cloudflare) {
    const std::string& id = stream.cloudflare->live_input_id;
    cloudflare::api api{host, with.cloudflare, deadline};
    co_return credentials::of(co_await edge::retry(
        host, deadline, [&] { return reads ? api.get_live_input(id) : api.rotate_keys(id); }));
  }
  if (!with.mux || !stream.mux) {
    co_return std::unexpected(settings::no_mux());
  }
  const std::string& id = stream.mux->live_stream_id;
  mux::api api{host, *with.mux, deadline};
  const auto live_stream = co_await edge::retry(
      host, deadline, [&] { return reads ? api.get_live_stream(id) : api.reset_stream_key(id); });
  co_return credentials::of(live_stream, *with.mux);
}

} // namespace

edge::task<edge::outcome<credentials>> read_credentials(edge::host& host, const settings& with,
                                                        const stream_record& stream) {
  auto opened = co_await attempt(open(host, with.keys, stream));
  const auto& rotated = stream.desired.rotated();
  if (!rotated || (opened && opened->since >= rotated.at())) {
    co_return opened;
  }
  credentials fresh = co_await ask_provider(host, with, stream, credentials_call::read);
  fresh.since = rotated.at();
  if (host.now() >= rotated.at() + rotation_delay) {
    (void)co_await attempt(put_sealed(host, with.keys, stream, fresh));
  }
  co_return fresh;
}

edge::task<edge::status> store_rotated_credentials(edge::host& host, const settings& with,
                                                   const stream_record& stream) {
  const auto& rotated = stream.desired.rotated();
  if (!rotated) {
    co_return {};
  }
  auto opened = co_await attempt(open(host, with.keys, stream));
  if (opened && opened->since >= rotated.at()) {
    co_return {};
  }
  auto fresh = co_await attempt(ask_provider(host, with, stream, credentials_call::read));
  if (is_not_found(fresh)) {
    co_return {};
  }
  credentials found = co_await std::move(fresh);
  found.since = rotated.at();
  co_await put_sealed(host, with.keys, stream, found);
  co_return {};
}

edge::task<edge::outcome<rotation>> rotate_credentials(edge::host& host, const settings& with,
                                                       const stream_record& stream) {
  rotation done{.credentials = co_await ask_provider(host, with, stream, credentials_call::replace),
                .stored = false};
  done.credentials.since = stream.desired.rotated().at();
  auto stored = co_await attempt(put_sealed(host, with.keys, stream, done.credentials));
  done.stored = stored.has_value();
  co_return done;
}

edge::task<void> reseal_credentials(edge::host& host, keyring keys, stream_record stream) {
  auto opened = co_await attempt(open(host, keys, stream));
  if (opened) {
    (void)co_await attempt(put_sealed(host, keys, stream, *opened));
  }
}

} // namespace streams
