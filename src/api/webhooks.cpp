// Webhooks: verified over the raw bytes, stored as one fact, and answered. The answer tells nothing that the
// sender does not know, for Mux stores and shows it.
#include "api/http/json_answer.h"
#include "api/http/problems.h"
#include "cloudflare/settings.h"
#include "cloudflare/webhook.h"
#include "edge/all.h"
#include "edge/http/context.h"
#include "json/writer.h"
#include "livekit/settings.h"
#include "livekit/webhook.h"
#include "mux/settings.h"
#include "mux/webhook.h"
#include "streams/manage/refresh.h"
#include "streams/model/stream_id.h"
#include "streams/settings/settings.h"
#include "streams/store/due.h"
#include "streams/store/store.h"

namespace api {

namespace {

// Mux adds what each earlier attempt was answered, so a body grows while its receiver fails.
constexpr std::uint32_t webhook_limit = 1024 * 1024;
// Mux waits five seconds for an answer.
constexpr std::chrono::seconds store_budget{3};

edge::response received() { return json_answer(200, json::object().set("received", true)); }

// The same for every cause, so that nothing can be learned from it.
constexpr edge::problem_type not_authentic{.status = 401,
                                           .type = "webhook-not-authentic",
                                           .title = "The webhook is not authentic",
                                           .detail = "Its signature or secret was not accepted.",
                                           .header = {"www-authenticate", "Signature"}};

// Sending such a body again would not help, so the sender gets a success. If it tells its stream, reconcile
// asks the providers what it may have said.
edge::task<edge::result<>> receive_unreadable(edge::context& request, std::string_view reason,
                                              const std::optional<std::string>& of) {
  request.host.log(
      json::object().set("requestId", request.request_id).set("unreadableWebhook", reason).dump());
  if (!of) {
    co_return received();
  }
  streams::store store{request.host, request.host.now() + store_budget};
  const auto due = co_await attempt(store.work.put(streams::pending_change::check_of(*of, request.host)));
  if (!due) {
    co_return refuse(store_unavailable);
  }
  co_return received();
}

// No fact is stored: the stream's alarm asks the provider, at the latest when it would have asked anyhow.
edge::task<edge::response> hear_of_copy(edge::context& request, std::string_view creator_or_passthrough) {
  if (const auto stream = streams::stream_of_copy(creator_or_passthrough)) {
    (void)co_await attempt(set_due(request.host, *stream, streams::due::copies, request.host.now()));
  }
  co_return received();
}

template <class Fact>
streams::broadcast_state state_after(const Fact& said) {
  streams::broadcast_state state;
  state.fold(said);
  return state;
}

// The fact and the marker that its fold is due, both at once; then the answer. The fold comes afterwards, and
// only if the fact is stored: otherwise the record would say what the next fold takes back.
template <class Fact>
edge::task<edge::result<>> store(edge::context& request, const Fact& said, std::string of) {
  const edge::timestamp now = request.host.now();
  streams::store store{request.host, now + store_budget};
  const auto [fact, due] = co_await edge::all(
      store.facts.put(of, said), store.work.put(streams::pending_change::fold_of(of, said.event_id, now)));
  if (!fact || !due) {
    co_return refuse(store_unavailable);
  }
  request.after_answering([&host = request.host, id = std::move(of), news = state_after(said)] {
    return streams::refresh(host, id, news);
  });
  co_return received();
}

} // namespace

// POST /api/webhooks/mux, signed.
edge::task<edge::result<>> mux_webhook(edge::context& request) {
  std::string body = co_await edge::read_body(request, webhook_limit);
  const edge::environment& environment = request.host.settings();
  const auto deployment = streams::settings::deployment_in(environment);
  if (!deployment) {
    co_return refuse(not_configured({"DEPLOYMENT"}));
  }
  auto settings = mux::settings::read(environment);
  if (!settings || settings->webhook_secrets.empty()) {
    co_return refuse(not_configured({"MUX_TOKEN_ID", "MUX_TOKEN_SECRET", "MUX_WEBHOOK_SECRETS"}));
  }
  if (!mux::verify_webhook(request.request.headers, body, settings->webhook_secrets, request.host.now())) {
    co_return edge::to_response(not_authentic, "");
  }

  auto said = mux::read_event(body);
  // Mux sends every event of its environment, also about streams of others. Ours carry our passthrough, and
  // so do their assets.
  if (!said) {
    co_return co_await attempt(
        receive_unreadable(request, name_of(said.error()),
                           streams::stream_of_any(mux::passthrough_in(body).value_or(""), *deployment)));
  }
  if (!*said) {
    co_return co_await hear_of_copy(request, mux::passthrough_in(body).value_or(""));
  }
  const auto stream = streams::stream_of_any((*said)->passthrough.value_or(""), *deployment);
  if (!stream) {
    co_return received();
  }
  co_return co_await store(request, **said, *stream);
}

namespace {

enum class way : std::uint8_t { webhook, queue };

edge::task<edge::result<>> hear_cloudflare(edge::context& request, way by) {
  std::string body = co_await edge::read_body(request, webhook_limit);
  auto settings = cloudflare::settings::read(request.host.settings());
  if (!settings) {
    co_return refuse(not_configured({"CLOUDFLARE_ACCOUNT_ID", "CLOUDFLARE_API_TOKEN"}));
  }

  const edge::headers& fields = request.request.headers;
  bool about_video = fields.find(cloudflare::signature_header).has_value();
  bool authentic = about_video ? cloudflare::verify_video_webhook(fields, body, settings->webhook_secrets,
                                                                  request.host.now())
                                     .has_value()
                               : cloudflare::verify_notification(fields, settings->notification_secrets);
  if (by == way::webhook && !authentic) {
    co_return edge::to_response(not_authentic, "");
  }

  auto said = by == way::queue ? cloudflare::read_queue_event(body, *settings)
              : about_video    ? cloudflare::read_video_event(body, *settings)
                               : cloudflare::read_notification(body);
  const std::optional<cloudflare::fact> fact = said.value_or(std::nullopt);
  // Only a live input leads to a stream.
  std::optional<std::string> live_input;
  if (fact) {
    live_input = fact->live_input_id;
  } else if (!said) {
    live_input = cloudflare::live_input_in(body);
  }
  edge::outcome<std::optional<std::string>> found;
  if (live_input) {
    streams::store from{request.host, request.host.now() + store_budget};
    found = co_await attempt(from.streams.of_input(*live_input));
  }
  if (!found) {
    co_return refuse(store_unavailable);
  }
  if (!said) {
    edge::result<> answer = co_await attempt(receive_unreadable(request, name_of(said.error()), *found));
    if (answer && by == way::queue) {
      answer->status = 422; // moves the message to the dead-letter queue once its retries have run out
    }
    co_return answer;
  }
  if (!fact || !live_input) {
    co_return co_await hear_of_copy(request, cloudflare::creator_in(body).value_or(""));
  }
  // If KV does not show the stream yet, the schedule finds it later by the live input.
  co_return co_await store(request, *fact, found->value_or(*live_input));
}

} // namespace

// POST /api/webhooks/stream-status: Cloudflare's signed webhook about a video, or its notification about a
// live input, which carries a shared secret.
edge::task<edge::result<>> cloudflare_webhook(edge::context& request) {
  return hear_cloudflare(request, way::webhook);
}

// POST /api/webhooks/livekit, signed. No fact is stored: the stream's alarm asks LiveKit, at once or, if an
// egress has failed, a little later. A room that cannot be told is a 503, so that LiveKit sends the event
// again. Without rooms the schedule asks.
edge::task<edge::result<>> livekit_webhook(edge::context& request) {
  constexpr std::chrono::seconds after_failure{30};
  const std::string body = co_await edge::read_body(request, webhook_limit);
  const edge::environment& environment = request.host.settings();
  const auto deployment = streams::settings::deployment_in(environment);
  const auto settings = livekit::settings::read(environment);
  if (!deployment || !settings) {
    co_return refuse(not_configured({"DEPLOYMENT", "LIVEKIT_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"}));
  }
  const edge::timestamp now = request.host.now();
  if (!livekit::verify_webhook(request.request.headers, body, *settings, now)) {
    co_return edge::to_response(not_authentic, "");
  }
  const auto said = livekit::read_event(body);
  // LiveKit sends every event of its project, also about rooms of others.
  const auto stream = said ? streams::stream_of_any(said->room, *deployment) : std::nullopt;
  if (stream && streams::has_rooms(request.host)) {
    const bool waits = said->news == livekit::news::egress_failed;
    const auto told = co_await attempt(request.host.perform(
        streams::wake_for(*stream, streams::due::check, waits ? now + after_failure : now)));
    if (!told) {
      co_return refuse(store_unavailable);
    }
  }
  co_return received();
}

// An event of Cloudflare Stream that came by a queue, and therefore without a signature.
edge::task<edge::result<>> cloudflare_event(edge::context& request) {
  return hear_cloudflare(request, way::queue);
}

} // namespace api
