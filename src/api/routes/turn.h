// Lets one request at a time change what a stream has of one kind, such as its outputs. Each has a limit that
// would not hold, and the same one could be made twice, if requests looked and wrote at the same time.
#pragma once

#include "edge/http/context.h"
#include "edge/lease.h"

#include <string>
#include <string_view>

namespace api {

// Without leases (binding LEASES) every request has its turn at once.
class turn {
public:
  turn(edge::context& request, std::string_view kind, std::string_view stream_id)
      : host_(request.host),
        lease_(request.host, std::string{kind}.append("/").append(stream_id), request.request_id) {}

  // Waits for the turn. Fails with 409 if others keep it for twenty seconds, and with 503 if the leases fail.
  edge::task<edge::result<void>> take();
  // What an earlier turn left in the last two minutes. It may be newer than what the store shows.
  [[nodiscard]] std::string_view left_before() const { return left_; }
  // Ends the turn, and leaves something unless it is empty. A turn that is not ended ends after 18 seconds.
  edge::task<void> give_back(std::string left = {});

private:
  edge::host& host_;
  edge::lease lease_;
  std::string left_;
};

} // namespace api
