#include "worker_client.h"

#include "json/reader.h"
#include "log.h"

#include <memory>
#include <utility>

namespace relay {

namespace {

constexpr guint timeout_seconds = 5;

using result = std::expected<destination, edge::problem>;

result failed(int status, edge::literal type, edge::literal title, std::string detail) {
  edge::problem what{.status = status, .type = type, .title = title, .detail = std::move(detail)};
  if (status == 503) {
    what.headers.add("retry-after", "5");
  }
  return std::unexpected{std::move(what)};
}

result unavailable() {
  return failed(503, "control-plane-unavailable", "Temporarily unavailable",
                "The relay could not look up this stream's destination. Try again in a few seconds.");
}

result read_answer(guint status, std::string_view body) {
  switch (status) {
  case 200: break;
  case 404: return failed(404, "unknown-stream", "Unknown stream", "No stream has this id. Check it.");
  case 409:
    return failed(409, "stream-ended", "Stream has ended", "This stream has ended. Create a new one.");
  case 401:
  case 403:
    log("worker_refused_credential",
        json::object().set("hint", "RELAY_CREDENTIAL differs from the Worker's"));
    [[fallthrough]];
  default: return unavailable();
  }
  auto document = json::document::parse(body);
  if (!document) {
    return unavailable();
  }
  auto made = make_destination(document->root()["url"].text().value_or(""),
                               document->root()["streamKey"].text().value_or(""));
  if (!made) {
    log("worker_answer_invalid",
        json::object().set("hint",
                           "url must start with rtmp:// or rtmps://, and streamKey must not be empty"));
    return unavailable();
  }
  return std::move(*made);
}

struct waiting {
  object_ptr<SoupMessage> message;
  worker_client::found done;
};

} // namespace

worker_client::worker_client(const configuration& settings)
    : settings_(settings),
      session_(soup_session_new_with_options("timeout", timeout_seconds, "idle-timeout", 30U, "user-agent",
                                             "whip-mux-relay", nullptr)) {}

void worker_client::find_destination(const std::string& stream_id, found done) {
  std::string url = settings_.worker_url + "/api/relay/streams/" + stream_id + "/destination";
  auto asked = std::make_unique<waiting>(object_ptr<SoupMessage>{soup_message_new("GET", url.c_str())},
                                         std::move(done));
  SoupMessage* message = asked->message.get();
  soup_message_set_flags(message, SOUP_MESSAGE_NO_REDIRECT); // the credential is for the Worker only
  SoupMessageHeaders* headers = soup_message_get_request_headers(message);
  std::string bearer = "Bearer " + std::string{settings_.credential.text()};
  soup_message_headers_replace(headers, "Authorization", bearer.c_str());
  soup_message_headers_replace(headers, "Accept", "application/json");

  auto on_answer = [](GObject* session, GAsyncResult* outcome, gpointer data) {
    const std::unique_ptr<waiting> kept{static_cast<waiting*>(data)};
    GError* error = nullptr;
    using bytes_ptr = std::unique_ptr<GBytes, freed_by<g_bytes_unref>>;
    const bytes_ptr body{soup_session_send_and_read_finish(SOUP_SESSION(session), outcome, &error)};
    if (error != nullptr) {
      const error_ptr held{error};
      log("worker_unreachable");
      return kept->done(unavailable());
    }
    gsize size = 0;
    const auto* text = static_cast<const char*>(g_bytes_get_data(body.get(), &size));
    kept->done(read_answer(soup_message_get_status(kept->message.get()), {text, size}));
  };
  soup_session_send_and_read_async(session_.get(), message, G_PRIORITY_DEFAULT, nullptr, on_answer,
                                   asked.release());
}

} // namespace relay
