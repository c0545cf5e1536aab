#include "edge/http/url.h"

#include <algorithm>

namespace edge {

namespace {

// The parts of a URL or reference; a missing part is empty. Scheme, authority and query include their
// delimiters (`:`, `//`, `?`), which tells an empty part from a missing one.
struct url_parts {
  std::string_view scheme;
  std::string_view authority;
  std::string_view path;
  std::string_view query;
};

url_parts parts_of(std::string_view text) {
  text = text.substr(0, text.find('#'));
  url_parts parts;
  auto take = [&](std::size_t length) {
    std::string_view taken = text.substr(0, length);
    text.remove_prefix(taken.size());
    return taken;
  };
  std::size_t delimiter = text.find_first_of(":/?");
  if (delimiter != std::string_view::npos && delimiter > 0 && text[delimiter] == ':') {
    parts.scheme = take(delimiter + 1);
  }
  if (text.starts_with("//")) {
    parts.authority = take(text.find_first_of("/?", 2));
  }
  parts.path = take(text.find('?'));
  parts.query = text;
  return parts;
}

// Section 5.2.4.
std::string without_dot_segments(std::string_view path) {
  std::string clean;
  while (!path.empty()) {
    std::size_t end = std::min(path.find('/', 1), path.size());
    std::string_view segment = path.substr(0, end);
    path.remove_prefix(end);
    if (segment == "/." || segment == "/..") {
      if (segment == "/..") {
        clean.erase(clean.rfind('/') == std::string::npos ? 0 : clean.rfind('/'));
      }
      if (path.empty()) {
        clean += '/';
      }
    } else {
      clean += segment;
    }
  }
  return clean;
}

// Section 5.2.3.
std::string merged(std::string_view base_path, std::string_view path) {
  if (path.starts_with('/')) {
    return std::string{path};
  }
  std::string whole{base_path.substr(0, base_path.rfind('/') + 1)};
  if (whole.empty()) {
    whole = '/';
  }
  return whole.append(path);
}

} // namespace

std::string resolve_url(std::string_view base, std::string_view reference) {
  const url_parts from = parts_of(base);
  url_parts to = parts_of(reference);
  std::string path{to.path};
  if (to.scheme.empty() && to.authority.empty()) {
    if (to.path.empty() && to.query.empty()) {
      to.query = from.query;
    }
    path = to.path.empty() ? std::string{from.path} : merged(from.path, to.path);
    to.authority = from.authority;
  }
  std::string url{to.scheme.empty() ? from.scheme : to.scheme};
  return url.append(to.authority).append(without_dot_segments(path)).append(to.query);
}

std::optional<std::string_view> secure_host_of(std::string_view url) {
  const url_parts parts = parts_of(url);
  if (!parts.authority.starts_with("//")) {
    return std::nullopt;
  }
  std::string_view authority = parts.authority.substr(2);
  std::string_view host = authority.substr(0, authority.find(':'));
  std::string_view port = authority.substr(std::min(host.size() + 1, authority.size()));
  bool plain = host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-") == std::string_view::npos &&
               port.find_first_not_of("0123456789") == std::string_view::npos;
  bool here = host == "localhost" || host == "127.0.0.1";
  if (host.empty() || !plain) {
    return std::nullopt;
  }
  if (parts.scheme != "https:" && !(parts.scheme == "http:" && here)) {
    return std::nullopt;
  }
  return host;
}

std::string_view port_of(std::string_view secure_url) {
  const url_parts parts = parts_of(secure_url);
  const std::size_t colon = parts.authority.find(':');
  if (colon != std::string_view::npos && colon + 1 < parts.authority.size()) {
    return parts.authority.substr(colon + 1);
  }
  return parts.scheme == "https:" ? "443" : "80";
}

bool is_host_below(std::string_view host, std::string_view domain) {
  if (!host.ends_with(domain) || domain.empty()) {
    return false;
  }
  return host.size() == domain.size() || host[host.size() - domain.size() - 1] == '.';
}

} // namespace edge
