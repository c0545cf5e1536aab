#include "streams/publish/upload.h"

#include "cloudflare/api.h"
#include "json/number.h"
#include "json/reader.h"
#include "json/writer.h"
#include "streams/model/stream_id.h"
#include "streams/store/keys.h"
#include "streams/store/store.h"

#include <algorithm>
#include <chrono>

namespace streams {

namespace {

constexpr std::string_view upload_field = "upload";
// Cloudflare takes up to six hours.
constexpr std::chrono::minutes address_lifetime{355};
// A file may be a little longer than the phone says.
constexpr std::chrono::seconds spare_length{60};
constexpr std::chrono::days upload_kept{7};

std::string text_of(const minted_upload& of) {
  return json::object()
      .set("url", of.address.url.text())
      .set("id", of.address.video_id)
      .set("until", edge::to_microseconds(of.expires_at))
      .dump();
}

std::optional<minted_upload> minted_in(std::string_view text) {
  const auto parsed = json::document::parse(text);
  const auto url = parsed ? parsed->root()["url"].text() : std::nullopt;
  if (!url) {
    return std::nullopt;
  }
  return minted_upload{
      .address = {.url = crypto::secret{std::string{*url}}, .video_id = parsed->root()["id"].text_or_empty()},
      .expires_at = edge::from_microseconds(parsed->root()["until"].integer().value_or(0)),
      .is_new = false,
      .what = {}};
}

transfer transfer_of(const wanted_upload& wanted, const minted_upload& made) {
  return {.to = recording_source::cloudflare,
          .origin = recording_origin::phone,
          .of = wanted.name,
          .state = transfer_state::uploading,
          .id = made.address.video_id,
          .begun = wanted.started_at,
          .duration = wanted.duration,
          .until = made.expires_at};
}

} // namespace

void learn(transfer& known, const cloudflare::made_video& said, edge::timestamp now) {
  known.id = said.what.id;
  known.percent.reset();
  switch (said.what.state) {
  case cloudflare::video_state::ready:
    known.state = transfer_state::ready;
    known.duration = said.what.duration.value_or(known.duration);
    known.playback = said.what.hls_url.value_or("");
    break;
  case cloudflare::video_state::failed:
    known.state = transfer_state::failed;
    known.reason = said.what.error_code.value_or("unknown");
    break;
  case cloudflare::video_state::live:
  case cloudflare::video_state::other:
    known.state = transfer_state::processing;
    known.percent = said.percent;
    if (said.waits) {
      known.state = known.until <= now ? transfer_state::gone : transfer_state::uploading;
    }
  }
}

edge::task<edge::outcome<minted_upload>> mint_upload(edge::host& host, const settings& with,
                                                     const stream_record& stream, const wanted_upload& wanted,
                                                     edge::timestamp deadline) {
  store in{host, deadline};
  const std::string key = keys::upload(stream.id, wanted.name);
  const auto* known = stream.broadcasts.transfers().find(recording_source::cloudflare, wanted.name);
  const auto sealed = co_await in.kv.get(key);
  if (sealed) {
    auto before = minted_in(co_await with.keys.open(host, stream.id, upload_field, *sealed));
    const recording* arrived = known ? stream.broadcasts.find(known->value().id) : nullptr;
    const bool was_removed = arrived && arrived->removed;
    const bool has_arrived = known && known->value().state != transfer_state::uploading &&
                             (known->value().state != transfer_state::gone || was_removed);
    if (before && (before->expires_at > host.now() || has_arrived)) {
      before->what = known ? known->value() : transfer_of(wanted, *before);
      co_return *std::move(before);
    }
  }
  minted_upload made{.address = {},
                     .expires_at = std::chrono::floor<std::chrono::seconds>(host.now()) + address_lifetime,
                     .what = {}};
  std::string name{stream.current_title()};
  if (wanted.parts > 1) {
    name += ' ' + json::decimal(wanted.part) + '/' + json::decimal(wanted.parts);
  }
  const auto longest = std::min<std::chrono::seconds>(
      std::chrono::ceil<std::chrono::seconds>(wanted.duration + wanted.duration / 50) + spare_length,
      longest_upload);
  cloudflare::api api{host, with.cloudflare, deadline};
  made.address = co_await api.create_upload({.name = std::move(name),
                                             .creator = creator_of(stream.id),
                                             .of = wanted.name,
                                             .require_signed_urls = stream.is_private()},
                                            wanted.size, longest, made.expires_at);
  made.what = transfer_of(wanted, made);
  co_await in.kv.put(key, co_await with.keys.seal(host, stream.id, upload_field, text_of(made)), {},
                     upload_kept);
  co_return made;
}

} // namespace streams
