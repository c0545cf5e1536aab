// HTTP/1.1 by libsoup: what comes in as a value, and an answer that may be given later.
#pragma once

#include "edge/http/request.h"
#include "edge/http/response.h"
#include "gst_ptr.h"

#include <cstdint>
#include <functional>
#include <libsoup/soup.h>
#include <optional>
#include <string>

namespace relay {

// What a request may carry. An offer of a browser has 5 to 10 kB.
inline constexpr std::size_t max_body = 65'536;

struct http_request : edge::request {
  std::string body;
  bool too_large = false; // there was more than max_body, and the body is not all of it
};

class http_server {
public:
  // Is called once, now or later, or never where nobody waits any more.
  using respond = std::function<void(edge::response)>;
  using handler = std::function<void(http_request, respond)>;

  explicit http_server(handler handle);
  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;
  ~http_server();

  // Port 0 takes any that is free. Gives the port, or nothing where it is taken or the address is not ours.
  std::optional<std::uint16_t> listen(const std::string& address, std::uint16_t port);

private:
  void handle(SoupServerMessage* message);

  handler handle_;
  object_ptr<SoupServer> server_;
};

} // namespace relay
