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
  // The scheme, the host and the port of the URL.
  [[nodiscard]] std::string_view origin() const {
    return std::string_view{url}.substr(0, url.find('/', url.find("://") + 3));
  }
  // The first query parameter of that name, decoded; nullopt if it is missing or malformed.
  [[nodiscard]] std::optional<std::string> query(std::string_view name) const;
  // The cookie of that name (RFC 6265, section 5.4). Nullopt if there are two: another site below the same
  // domain may have set one.
  [[nodiscard]] std::optional<std::string_view> cookie(std::string_view name) const;
};

// Decodes percent-encoding (RFC 3986, section 2.1). Nullopt for a malformed escape or a NUL.
std::optional<std::string> percent_decode(std::string_view text);

} // namespace edge
