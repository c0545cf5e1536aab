// An HTTP/1.1 server on libsoup. A request is a value; its response may come later.
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

// The largest body. A browser's offer has 5 to 10 kB.
inline constexpr std::size_t max_body = 65'536;

struct http_request : edge::request {
  std::string body;
  bool too_large = false; // the body exceeds max_body and is incomplete
};

class http_server {
public:
  // Called at most once, at once or later.
  using respond = std::function<void(edge::response)>;
  using handler = std::function<void(http_request, respond)>;

  explicit http_server(handler handle);
  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;
  ~http_server();

  // Port 0 picks a free port. Returns the port, or nullopt if it is taken or the address is not local.
  std::optional<std::uint16_t> listen(const std::string& address, std::uint16_t port);

private:
  void handle(SoupServerMessage* message);

  handler handle_;
  object_ptr<SoupServer> server_;
};

} // namespace relay
