// A request as the host received it. Its body is read on demand: see `read_body`.
#pragma once

#include "edge/http/headers.h"

#include <optional>
#include <string>
#include <string_view>

namespace edge {

struct request {
  std::string method;
  std::string url; // absolute, as the host normalised it (WHATWG URL)
  edge::headers headers;

  // The path of the URL, still percent-encoded, beginning with '/'.
  [[nodiscard]] std::string_view path() const;
  // The first value of that name in the query, decoded; nothing if it is absent or not decodable.
  [[nodiscard]] std::optional<std::string> query(std::string_view name) const;
  // The value of the cookie of that name (RFC 6265, section 5.4). Nothing where there are two of them: one
  // may be of another site below the same domain.
  [[nodiscard]] std::optional<std::string_view> cookie(std::string_view name) const;
};

// Undoes percent-encoding (RFC 3986, section 2.1). Nothing for a broken escape or a result with a NUL in it.
std::optional<std::string> percent_decode(std::string_view text);

} // namespace edge
