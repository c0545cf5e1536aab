#include "streams/publish/livekit.h"

#include "json/writer.h"
#include "livekit/api.h"
#include "streams/model/stream_id.h"
#include "streams/store/credentials.h"
#include "streams/store/deployment.h"
#include "streams/store/store.h"

#include <algorithm>
#include <chrono>
#include <string>

namespace streams {

namespace {

constexpr std::chrono::seconds answers_within{10};

// Whether what publishes at LiveKit is to be sent on. A phone that was cut off cannot publish there any more,
// and a record from before the phone came says nothing of it.
bool may_send(const stream_record& stream) {
  return stream.ingest == ingest_plan::livekit && !stream.desired.ended() && !stream.desired.deleted();
}

// The live input's address with its key.
crypto::secret target_of(const credentials& of) {
  const std::string_view url = of.rtmps_url;
  std::string target{url.substr(0, url.find_last_not_of('/') + 1)};
  return crypto::secret{target.append("/").append(of.rtmps_key.text())};
}

} // namespace

edge::task<edge::outcome<publish_endpoint>> livekit_endpoint(edge::host& host, const settings& with,
                                                             const stream_record& stream) {
  const edge::timestamp deadline = host.now() + answers_within;
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): only with settings
  livekit::api api{host, *with.livekit, deadline};
  const std::string room = tag_of(with.deployment, stream.id);
  auto found = co_await api.list_ingresses(room);
  if (found.empty()) {
    const std::string deployment = co_await deployment_of(kv{host, deadline}, host.random(), with.deployment);
    found.push_back(co_await api.create_ingress(room, tag_of(deployment, stream.id)));
  }
  livekit::ingress& at = found.front();
  co_return publish_endpoint{.whip_url = crypto::secret{std::move(at.url)},
                             .bearer = std::move(at.stream_key)};
}

edge::task<edge::status> remove_ingresses(edge::host& host, const settings& with, std::string_view stream_id,
                                          edge::timestamp deadline) {
  if (!with.livekit) {
    co_return {};
  }
  livekit::api api{host, *with.livekit, deadline};
  const std::string room = tag_of(with.deployment, stream_id);
  for (const livekit::ingress& each : co_await api.list_ingresses(room)) {
    co_await api.delete_ingress(each.id);
  }
  co_return {};
}

edge::status unless_refused(edge::host& host, edge::status removed) {
  const bool is_refusal =
      !removed && !removed.error().transient() && removed.error().kind != edge::error_kind::out_of_time;
  if (!is_refusal) {
    return removed;
  }
  host.log(json::object().set("warning", "left at LiveKit").set("why", could_not(removed.error())).dump());
  return {};
}

edge::task<edge::outcome<std::optional<edge::timestamp>>> keep_sending(edge::host& host, const settings& with,
                                                                       const stream_record& stream) {
  // A phone connects within seconds. Later, LiveKit's webhooks tell of it, and the alarms look as well.
  constexpr std::chrono::seconds again{10};
  // One that sends no picture is not waited for any longer.
  constexpr std::chrono::seconds picture_within{10};
  constexpr std::chrono::seconds for_picture{2};
  constexpr std::chrono::minutes at_first{2};
  const edge::timestamp now = host.now();
  if (!with.livekit || !may_send(stream)) {
    co_return std::nullopt;
  }
  livekit::api api{host, *with.livekit, now + answers_within};
  const std::string room = tag_of(with.deployment, stream.id);
  const auto ingresses = co_await api.list_ingresses(room);
  const auto phone = std::ranges::find_if(ingresses, &livekit::ingress::is_publishing);
  const bool publishes = phone != ingresses.end();
  const bool is_sent = publishes && co_await api.has_egress(room);
  const auto begun = stream.broadcasts.last_begun();
  if (publishes && !is_sent) {
    if (phone->picture == livekit::picture::unknown && begun && now < *begun + picture_within) {
      co_return now + for_picture;
    }
    // A fold's record has no credentials, and may be from before the stream's end.
    const auto stored = co_await store{host, now + answers_within}.streams.get(stream.id);
    if (!stored || !may_send(*stored)) {
      co_return std::nullopt;
    }
    co_await api.start_egress(room, target_of(co_await read_credentials(host, with, *stored)),
                              phone->picture);
  }
  // What is sent may be what came before a phone that has returned, and is about to end.
  const bool is_new = begun && now < *begun + at_first;
  co_return is_new ? std::optional{now + again} : std::nullopt;
}

} // namespace streams
