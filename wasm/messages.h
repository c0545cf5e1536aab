// What crosses the border, in both directions, between the records of abi.h and the types of src/edge.
#pragma once

#include "edge/host.h"
#include "edge/http/context.h"
#include "wasm/abi.h"

#include <string>
#include <string_view>
#include <vector>

namespace wire {

// What the message of `start` says.
struct beginning {
  edge::entropy random;
  edge::environment settings;
  edge::request request;
};
beginning read_start(std::string_view message);

// Brings the outcome of an operation to the coroutine that waits for it; false if none does.
bool complete(edge::host& host, edge::operation_id id, abi::failure failure, std::string_view result);

// The outbox as `start` and `resume` return it. Once the request is answered, it needs no last resort.
std::string write_outbox(const std::vector<edge::outgoing>& records, bool answered);

} // namespace wire
