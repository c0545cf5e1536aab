// URLs, and the table of routes. An input is a URL or reference, a line break and a path.
#include "crypto/hex.h"
#include "edge/http/request.h"
#include "edge/http/router.h"
#include "edge/http/url.h"
#include "target.h"

#include <algorithm>
#include <array>
#include <string>

namespace {

using fuzz::require;

constexpr std::array<edge::route, 6> table{{{"GET", "/api/health", nullptr},
                                            {"POST", "/api/streams/create", nullptr},
                                            {"GET", "/api/streams/{id}", nullptr},
                                            {"DELETE", "/api/streams/{id}", nullptr},
                                            {"POST", "/api/streams/{id}/invites/{invite}", nullptr},
                                            {"POST", "/app/{key}/whip", nullptr}}};

// Every byte escaped.
std::string escaped(std::string_view text) {
  std::string made;
  for (const char each : text) {
    made += '%' + crypto::hex_encode(std::string_view{&each, 1});
  }
  return made;
}

void check_urls(const std::string& reference) {
  const std::string base = "https://provider.example/app/key/whip?token=1";
  const std::string whole = edge::resolve_url(base, reference);
  require(!whole.contains('#'));
  require(edge::resolve_url(base, whole) == whole);
  require(edge::resolve_url(reference, base) == base);

  const auto host = edge::secure_host_of(whole);
  if (host) {
    require(!host->empty() && whole.contains(*host));
    require(edge::is_host_below(*host, *host));
    require(std::ranges::none_of(*host, [](char each) { return each == '@' || each == '/' || each == ':'; }));
    require(edge::port_of(whole).find_first_not_of("0123456789") == std::string_view::npos);
    require(!edge::port_of(whole).empty());
    require(!edge::is_host_below("not" + std::string{*host}, *host));
  }
}

void check_request(const std::string& url) {
  const edge::request request{.method = "GET", .url = url, .headers = {{"cookie", url}}};
  require(!request.path().contains('?') && !request.path().contains('#'));
  if (const auto value = request.query("token")) {
    require(!value->contains('\0'));
  }
  if (const auto cookie = request.cookie("session")) {
    require(!cookie->contains(';'));
  }
}

void check_router(std::string_view path) {
  for (const char* method : {"GET", "HEAD", "POST", "DELETE", "PATCH"}) {
    const auto found = edge::find_route(table, method, path);
    const std::string methods = edge::methods_at(table, path);
    if (!found) {
      require(found.error().status == (methods.empty() ? 404 : 405));
      continue;
    }
    require(methods.contains(method));
    const auto& pattern = found->found->pattern;
    require(std::cmp_equal(std::ranges::count(pattern, '{'), found->parameters.size()));
    std::string rebuilt{pattern};
    for (const std::string& each : found->parameters) {
      require(!each.empty() && !each.contains('\0'));
      const std::size_t open = rebuilt.find('{');
      rebuilt.replace(open, rebuilt.find('}') - open + 1, escaped(each));
    }
    const auto again = edge::find_route(table, method, rebuilt);
    require(again && again->found == found->found && again->parameters == found->parameters);
  }
}

} // namespace

void fuzz::run(std::string_view input) {
  const std::string first{take_line(input)};
  check_urls(first);
  check_request(first);
  check_router(input.starts_with('/') ? std::string{input} : '/' + std::string{input});
  const auto decoded = edge::percent_decode(input);
  require(edge::percent_decode(escaped(input)).has_value() == !input.contains('\0'));
  require(!decoded || decoded->size() <= input.size());
}
