// clang-format off: the table below is one.
//
// The border between the module and its host, complete. The module imports nothing. The host gives each
// request an instance that no other request is using, calls `start` once, and `resume` once for each
// operation that it has carried out. Both return an outbox of records, which the host acts on after the call
// has returned.
//
// The memory is all the state that an instance has. When it ended cleanly, the host may restore the memory
// to that of a new instance and serve another request. An instance whose export left by a trap is never used
// again.
//
// Integers are u32, little-endian. A message into the module is a sequence of fields: a number; bytes (a
// length, then that many bytes; text is UTF-8); or a list (a count, then that many elements).
//
// The outbox is its length, then one value. Values describe themselves: a tag, then what the tag says: 0 a
// number, 1 a text, 2 bytes, 3 a list of values. The outbox's value is a list of records; a record is a list
// of its name and fields, as the table has them.
//
// Headers are one text in both directions: the name and the value of each in turn, each ending with NUL.
//
//   record     fields, and behind the arrow the result that `resume` brings
//   respond    status, headers, bytes body
//   otherwise  the same, to be answered if the instance ends without an answer; left out next to an answer
//   log        text
//   fetch      id, method, url, headers, bytes body, timeout in ms, limit in bytes,
//              what the platform is to do with the answer, as JSON (the `cf` of Workers' fetch)
//              -> status, headers, bytes body
//   read_body  id, limit in bytes -> bytes
//   kv_get     id, list of keys -> list of (found: 0 or 1, text)
//   kv_put     id, key, bytes value, metadata (JSON), seconds to live or 0 -> nothing
//   kv_remove  id, key -> nothing
//   kv_list    id, prefix, cursor or empty, limit -> list of (key, metadata as JSON), cursor or empty
//   seal       id, bytes key, bytes associated data, bytes plain -> bytes
//   open       id, bytes key, bytes associated data, bytes sealed -> bytes
//   verify     id, algorithm (JSON), key (JSON Web Key), bytes data, bytes signature -> 0 or 1
//   sign       id, algorithm (JSON), format of the key, bytes key, bytes data -> bytes
//   sleep      id, ms -> nothing
//   lease      id, name, step, holder, request, text, ms held, ms kept
//              -> holder, request, note, value
//   limit      id, key -> 0 or 1
//   tell       id, room, version as decimal digits, whether live: 0 or 1, list of (role, message), tag of the
//              sockets to close or empty, the code to close them with or 0 -> 1
//   join       id, room, version, whether live, list of (role, message), viewer, ms since 1970 as decimal
//              digits until which the socket may stay or 0, list of tags
//              -> whether the room took the request's WebSocket: 0 or 1. If so, a `respond` with 101 hands
//              it to the client
//   wake       id, room, what is due, ms since 1970 as decimal digits: no later than when, memory or empty
//              -> nothing
//   pace       id, name, ms from one turn to the next, how many turns may come at once, the most ms to wait
//              -> when the turn has come: 1; at once, if it would come too late: 0
//   measure    id, list of (list of texts, list of numbers) -> nothing
//
// An operation that is not carried out in time fails with `timeout`: a fetch after its own timeout, the kv_
// operations after 10 s; `lease`, `limit`, `tell`, `join` and `wake` after 5 s; `pace` 5 s after the most that it may
// wait. It may take effect nevertheless.
// clang-format on
#pragma once

#include <cstdint>

namespace abi {

// Raised by every change that an older shim would misread.
inline constexpr std::uint32_t version = 4;

// It crosses the border as a number of 32 bits.
enum class failure : std::uint32_t { // NOLINT(performance-enum-size)
  none,
  timeout,     // the operation took too long
  network,     // no connection, or it broke
  unavailable, // the store failed or is not bound
  too_large,   // more bytes came than the limit
  not_opened,  // the sealed value is not authentic
};

// What an instance is started for. No request from outside can be anything but a request.
enum class cause : std::uint32_t { // NOLINT(performance-enum-size)
  request,
  schedule, // a cron trigger: the request's fields are there and say nothing
  alarm,    // of a room: `/<room>?due=<what, what>&memory=<memory>` is what `wake` asked for
  event,    // of a queue: the body is the message. Any status but 2xx: once more, after `retry-after`
};

} // namespace abi

extern "C" {

// abi::version of the module: the host refuses a module of another version.
std::uint32_t abi_version();

// A buffer for the next message, of that size; the module owns it.
std::uint8_t* allocate(std::uint32_t size);

// Takes an abi::cause and the request: `now` in milliseconds since 1970, and in the buffer bytes random (64
// or more), bytes settings (fields: names and values in turn; of a binding the value is "bound"), and the
// head of the request: method, url and headers, each text ending with NUL. Returns the outbox, valid until
// the next call.
const std::uint8_t* start(double now, std::uint32_t cause);

// Takes the outcome of an operation: its id, an abi::failure, and on success its result in the buffer. Gives
// the outbox, or null if nothing is pending under that id.
const std::uint8_t* resume(double now, std::uint32_t operation, std::uint32_t failure);

// Awaits that many tasks that finish at once, one after the other, and gives how many did: a build without
// tail calls overflows its stack on a few thousand.
std::uint32_t self_check(std::uint32_t awaits);
}
