// A client of a provider's REST API: what the clients of Mux and of Cloudflare Stream share.
#pragma once

#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/operation.h"
#include "edge/task.h"
#include "json/reader.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace providers {

// What sets the API of one provider apart.
struct dialect {
  // Whether a text may stand in a URL as the id of one of the provider's objects.
  bool (*is_id)(std::string_view text);
  // Adds what the body of a refusal says to the error that its status stands for.
  void (*explain)(std::string_view body, edge::error& refusal) = nullptr;
  // Gives the error in an answer whose status says that it is a success.
  edge::status (*check)(std::string_view step, const json::value& answer) = nullptr;
};

struct call {
  static constexpr std::uint32_t usual_limit = 256 * 1024;

  std::string_view label; // a literal, for Server-Timing
  std::string_view step;  // a literal, for a person: "create the Mux live stream"
  std::string_view method = "GET";
  // The address below the API's own: path, id, rest, second id, query. Nothing is sent if an id is not one.
  std::string_view path;
  std::optional<std::string_view> id = std::nullopt;
  std::string_view rest = {};
  std::optional<std::string_view> second_id = std::nullopt;
  std::string_view query = {}; // with its question mark
  std::optional<std::string> body = std::nullopt;
  std::optional<std::string_view> idempotency_key = std::nullopt;
  std::uint32_t limit = usual_limit; // bytes of the answer
  // A literal that says why the call is not made at all. Empty: it is made.
  std::string_view refused_because = {};
};

class rest_client {
public:
  static constexpr edge::milliseconds call_timeout{8000};

  // The host must outlive this. No call begins after the deadline or lasts beyond it.
  rest_client(edge::host& host, edge::timestamp deadline, const dialect& of, std::string url,
              edge::headers fields)
      : host_(host), deadline_(deadline), dialect_(of), url_(std::move(url)), fields_(std::move(fields)) {}

  // The answer as JSON. Only the call's literals need to outlive the task.
  edge::task<edge::outcome<json::document>> ask(const call& what);

  // For calls of which only success matters. An answer that is an error of the kind `done` is a success too.
  edge::task<edge::status> carry_out(const call& what, std::optional<edge::error_kind> done = std::nullopt);

private:
  [[nodiscard]] edge::outcome<edge::operation::fetch> request_of(const call& what) const;
  [[nodiscard]] edge::outcome<std::string> body_of(std::string_view step,
                                                   edge::outcome_of<edge::operation::fetch>&& outcome) const;

  edge::task<edge::outcome<json::document>> ask(std::string_view label, std::string_view step,
                                                edge::outcome<edge::operation::fetch> request);
  edge::task<edge::status> carry_out(std::string_view label, std::string_view step,
                                     edge::outcome<edge::operation::fetch> request,
                                     std::optional<edge::error_kind> done);

  edge::host& host_;
  edge::timestamp deadline_;
  const dialect& dialect_;
  std::string url_;
  edge::headers fields_;
};

// For an answer that is not what the provider documents or not what was asked for, and why, if that is known.
// The call may have taken effect.
[[nodiscard]] edge::error malformed(std::string_view step, std::string_view why = "");

// For a call that is not made, and why.
[[nodiscard]] edge::error refused(std::string_view step, std::string_view why);

// For a list that is too long to be read whole.
[[nodiscard]] edge::error too_many(std::string_view step);

} // namespace providers
