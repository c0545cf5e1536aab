#include "http_server.h"

#include <memory>
#include <utility>

namespace relay {

namespace {

constexpr const char* body_key = "whip-mux-body";

struct collected {
  std::string bytes;
  bool too_large = false;
};

void take(SoupServerMessage*, GBytes* chunk, gpointer data) {
  auto* into = static_cast<collected*>(data);
  gsize size = 0;
  const auto* bytes = static_cast<const char*>(g_bytes_get_data(chunk, &size));
  if (into->too_large || size > max_body - into->bytes.size()) {
    into->too_large = true;
    return;
  }
  into->bytes.append(bytes, size);
}

// Runs when the request's head has arrived, so that the body's size is checked while it arrives.
void begin(SoupServer*, SoupServerMessage* message, const char*, GHashTable*, gpointer) {
  soup_message_body_set_accumulate(soup_server_message_get_request_body(message), FALSE);
  auto kept = std::make_unique<collected>();
  g_signal_connect(message, "got-chunk", G_CALLBACK(take), kept.get());
  g_object_set_data_full(G_OBJECT(message), body_key, kept.release(), [](gpointer data) {
    std::default_delete<collected>{}(static_cast<collected*>(data));
  });
}

// A request that waits for its response, or whose client has gone.
struct exchange {
  object_ptr<SoupServerMessage> message;
  bool over = false;
};

void answer(exchange& to, const edge::response& with) {
  if (std::exchange(to.over, true)) {
    return;
  }
  soup_server_message_set_status(to.message.get(), static_cast<guint>(with.status), nullptr);
  SoupMessageHeaders* headers = soup_server_message_get_response_headers(to.message.get());
  for (const auto& [name, value] : with.headers) {
    soup_message_headers_append(headers, name.c_str(), value.c_str());
  }
  soup_message_body_append(soup_server_message_get_response_body(to.message.get()), SOUP_MEMORY_COPY,
                           with.body.data(), with.body.size());
  soup_server_message_unpause(to.message.get());
}

} // namespace

http_server::http_server(handler handle)
    : handle_(std::move(handle)), server_(soup_server_new("server-header", "whip-mux-relay", nullptr)) {
  soup_server_add_early_handler(server_.get(), nullptr, begin, nullptr, nullptr);
  auto complete = [](SoupServer*, SoupServerMessage* message, const char*, GHashTable*, gpointer data) {
    static_cast<http_server*>(data)->handle(message);
  };
  soup_server_add_handler(server_.get(), nullptr, complete, this, nullptr);
}

http_server::~http_server() { soup_server_disconnect(server_.get()); }

std::optional<std::uint16_t> http_server::listen(const std::string& address, std::uint16_t port) {
  const object_ptr<GSocketAddress> wanted{g_inet_socket_address_new_from_string(address.c_str(), port)};
  // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange): no flag is set
  constexpr auto no_options = static_cast<SoupServerListenOptions>(0);
  if (!wanted || soup_server_listen(server_.get(), wanted.get(), no_options, nullptr) == FALSE) {
    return std::nullopt;
  }
  GSList* uris = soup_server_get_uris(server_.get());
  auto bound = static_cast<std::uint16_t>(g_uri_get_port(static_cast<GUri*>(uris->data)));
  g_slist_free_full(uris, [](gpointer uri) { g_uri_unref(static_cast<GUri*>(uri)); });
  return bound;
}

void http_server::handle(SoupServerMessage* message) {
  http_request asked;
  asked.method = soup_server_message_get_method(message);
  const text_ptr path{g_uri_to_string(soup_server_message_get_uri(message))};
  asked.url = path.get();
  SoupMessageHeadersIter each;
  soup_message_headers_iter_init(&each, soup_server_message_get_request_headers(message));
  const char* name = nullptr;
  const char* value = nullptr;
  while (soup_message_headers_iter_next(&each, &name, &value) != FALSE) {
    asked.headers.add(name, value);
  }
  if (auto* body = static_cast<collected*>(g_object_get_data(G_OBJECT(message), body_key))) {
    asked.body = std::move(body->bytes);
    asked.too_large = body->too_large;
  }

  auto kept =
      std::make_shared<exchange>(object_ptr<SoupServerMessage>{SOUP_SERVER_MESSAGE(g_object_ref(message))});
  auto* watching = std::make_unique<std::weak_ptr<exchange>>(kept).release();
  auto on_finished = [](SoupServerMessage*, gpointer data) {
    if (auto found = static_cast<std::weak_ptr<exchange>*>(data)->lock()) {
      found->over = true;
    }
  };
  using callback = void (*)(SoupServerMessage*, gpointer);
  g_signal_connect_data(
      message, "finished", G_CALLBACK(static_cast<callback>(on_finished)), watching,
      [](gpointer data, GClosure*) {
        std::default_delete<std::weak_ptr<exchange>>{}(static_cast<std::weak_ptr<exchange>*>(data));
      },
      G_CONNECT_DEFAULT);
  soup_server_message_pause(message);
  handle_(std::move(asked), [kept](const edge::response& with) { answer(*kept, with); });
}

} // namespace relay
