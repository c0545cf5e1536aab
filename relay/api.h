// The HTTP API: WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep) per stream, the Worker's order to close a
// stream's session, /healthz and /metrics.
#pragma once

#include "broadcasts.h"
#include "configuration.h"
#include "http_server.h"
#include "metrics.h"

namespace relay {

class api {
public:
  api(const configuration& settings, broadcasts& all, metrics& counted)
      : settings_(settings), broadcasts_(all), metrics_(counted) {}

  void handle(const http_request& asked, const http_server::respond& respond);

private:
  // A parsed path: /whip/{stream} or /whip/{stream}/{session}, or the same with /whep.
  struct place {
    bool whip; // false: WHEP
    std::string stream;
    std::string session; // empty for the endpoint
  };
  [[nodiscard]] static std::optional<place> place_of(std::string_view path);

  [[nodiscard]] std::expected<std::int64_t, edge::problem> check(const place& at,
                                                                 const http_request& asked) const;
  void at_place(const place& at, const http_request& asked, const http_server::respond& respond);
  void close(const place& at, const http_request& asked, const http_server::respond& respond);
  void offer_session(const place& at, const http_request& asked, std::int64_t issued,
                     const http_server::respond& respond);
  edge::response at_session(const place& at, const http_request& asked);
  edge::response change_session(const http_request& asked, peer_connection& peer);
  [[nodiscard]] edge::response options(const place& at, const http_request& asked) const;
  [[nodiscard]] edge::response health() const;
  void add_common_headers(edge::response& answer, const http_request& asked) const;
  void add_ice_servers(edge::response& answer) const;

  const configuration& settings_;
  broadcasts& broadcasts_;
  metrics& metrics_;
};

} // namespace relay
