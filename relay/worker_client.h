// Asks the Worker for a stream's destination.
#pragma once

#include "configuration.h"
#include "destination.h"
#include "edge/http/problem.h"
#include "gst_ptr.h"

#include <expected>
#include <functional>
#include <libsoup/soup.h>
#include <string>
#include <string_view>

namespace relay {

class worker_client {
public:
  explicit worker_client(const configuration& settings);

  // Passes the destination to `done`, or a problem for the publisher: 404 and 409 are final, 503 may pass.
  using found = std::function<void(std::expected<destination, edge::problem>)>;
  void find_destination(const std::string& stream_id, found done);

private:
  const configuration& settings_;
  object_ptr<SoupSession> session_;
};

} // namespace relay
