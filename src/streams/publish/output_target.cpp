#include "streams/publish/output_target.h"

#include "edge/environment.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <cstdint>
#include <span>
#include <string>

namespace streams {

namespace {

constexpr std::string_view not_public = "name a public host";

struct block {
  std::uint32_t first;
  int bits;
};

// Address blocks that are not global, from 0.0.0.0/8 to 240.0.0.0/4.
constexpr std::array<block, 15> special{{{0x00000000, 8},
                                         {0x0a000000, 8},
                                         {0x64400000, 10},
                                         {0x7f000000, 8},
                                         {0xa9fe0000, 16},
                                         {0xac100000, 12},
                                         {0xc0000000, 24},
                                         {0xc0000200, 24},
                                         {0xc0586300, 24},
                                         {0xc0a80000, 16},
                                         {0xc6120000, 15},
                                         {0xc6336400, 24},
                                         {0xcb007100, 24},
                                         {0xe0000000, 4},
                                         {0xf0000000, 4}}};

// The same within 2000::/3, outside of which nothing is global: protocol assignments with Teredo, examples,
// 6to4, and more examples. Their first 32 bits say it.
constexpr std::array<block, 4> special_v6{
    {{0x20010000, 23}, {0x20010db8, 32}, {0x20020000, 16}, {0x3fff0000, 20}}};

bool within(std::uint32_t address, const block& of) { return (address ^ of.first) >> (32 - of.bits) == 0; }

bool within_any(std::uint32_t address, const auto& blocks) {
  return std::ranges::any_of(blocks, [&](const block& each) { return within(address, each); });
}

// A number as inet_aton reads it: hexadecimal after 0x, octal after 0, else decimal.
std::optional<std::uint32_t> number(std::string_view text) {
  int base = 10;
  if (text.starts_with("0x")) {
    text.remove_prefix(2);
    base = 16;
    if (text.empty()) {
      return 0;
    }
  } else if (text.size() > 1 && text.starts_with('0')) {
    base = 8;
  }
  std::uint64_t value = 0;
  auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (fault != std::errc{} || end != text.data() + text.size() || value > 0xffffffffU) {
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(value);
}

// One to four numbers, of which the last fills what the others leave.
std::optional<std::uint32_t> address_v4(std::string_view host) {
  std::uint32_t address = 0;
  for (int left = 3;; --left) {
    std::size_t dot = host.find('.');
    auto part = number(host.substr(0, dot));
    if (!part || left < 0) {
      return std::nullopt;
    }
    if (dot == std::string_view::npos) {
      if (left < 3 && *part >> (8 * (left + 1)) != 0) {
        return std::nullopt;
      }
      return address | *part;
    }
    if (*part > 255) {
      return std::nullopt;
    }
    address |= *part << (8 * left);
    host.remove_prefix(dot + 1);
  }
}

bool is_public_v6(const std::string& host) {
  std::array<std::uint8_t, 16> bytes{};
  if (inet_pton(AF_INET6, host.c_str(), bytes.data()) != 1) {
    return false;
  }
  std::uint32_t first = 0;
  for (std::size_t at = 0; at < 4; ++at) {
    first = first << 8U | bytes.at(at);
  }
  return within(first, {0x20000000, 3}) && !within_any(first, special_v6);
}

bool is_label(std::string_view text) {
  auto allowed = [](char each) {
    return (each >= 'a' && each <= 'z') || (each >= '0' && each <= '9') || each == '-';
  };
  return !text.empty() && text.size() <= 63 && !text.starts_with('-') && !text.ends_with('-') &&
         std::ranges::all_of(text, allowed);
}

// Zones of private networks, and top-level domains that never exist in public: IANA's registry of special-use
// domain names, and names that resolvers of private networks use.
constexpr std::array<std::string_view, 17> private_zones{
    ".localhost", ".local",   ".localdomain", ".localdomain6", ".internal", ".intranet",
    ".private",   ".corp",    ".home",        ".home.arpa",    ".lan",      ".svc",
    ".test",      ".invalid", ".onion",       ".alt",          ".mail"};

bool is_public_name(std::string_view host) {
  if (host.size() > 253 || !host.contains('.')) {
    return false;
  }
  for (std::string_view rest = host;;) {
    const std::size_t dot = rest.find('.');
    if (!is_label(rest.substr(0, dot))) {
      return false;
    }
    if (dot == std::string_view::npos) {
      break;
    }
    rest.remove_prefix(dot + 1);
  }
  return std::ranges::none_of(private_zones, [&](std::string_view each) { return host.ends_with(each); });
}

// The host is in lower case and without brackets. If its last label is a number, it is an address. One dot at
// the end is the root of all names.
bool is_public(std::string host) {
  if (host.ends_with('.')) {
    host.pop_back();
  }
  std::string_view last = std::string_view{host}.substr(host.rfind('.') + 1);
  bool numeric = !last.empty() && last.front() >= '0' && last.front() <= '9' &&
                 (last.starts_with("0x") || last.find_first_not_of("0123456789") == std::string_view::npos);
  if (!numeric) {
    return is_public_name(host);
  }
  auto address = address_v4(host);
  return address && !within_any(*address, special);
}

bool is_port(std::string_view text) {
  const std::uint32_t port = edge::whole_number(text).value_or(0);
  return port > 0 && port <= 0xffff;
}

std::string lower(std::string_view text) {
  std::string to{text};
  for (char& each : to) {
    if (each >= 'A' && each <= 'Z') {
      each = static_cast<char>(each - 'A' + 'a');
    }
  }
  return to;
}

// The schemes, and what to say of all others.
std::optional<std::string_view> fault_of(std::string_view url, std::span<const std::string_view> schemes,
                                         std::string_view wrong_scheme) {
  // Software that shows or stores a URL might take these for its end.
  constexpr std::string_view quoting = "\"'\\<>`";
  auto visible = [&](char each) { return each > ' ' && each < 0x7f && !quoting.contains(each); };
  if (url.size() > 512 || !std::ranges::all_of(url, visible)) {
    return "be an address of at most 512 visible ASCII characters";
  }
  std::size_t colon = url.find("://");
  if (colon == std::string_view::npos || !std::ranges::contains(schemes, lower(url.substr(0, colon)))) {
    return wrong_scheme;
  }
  // Software differs on whether `?` and `#` end the authority, but agrees on `/`.
  std::string_view authority = url.substr(colon + 3);
  if (authority.substr(0, authority.find('/')).contains('@')) {
    return "not hold a user name or password";
  }
  const std::size_t authority_end = authority.find_first_of("/?#");
  if (authority.substr(std::min(authority_end, authority.size())).starts_with('#')) {
    return "not hold # right after the host";
  }
  authority = authority.substr(0, authority_end);

  bool bracketed = authority.starts_with('[');
  std::size_t end = bracketed ? authority.find(']') : authority.find(':');
  if (bracketed && end == std::string_view::npos) {
    return not_public;
  }
  std::string host = lower(authority.substr(bracketed ? 1 : 0, bracketed ? end - 1 : end));
  std::string_view rest = end == std::string_view::npos ? "" : authority.substr(end + (bracketed ? 1 : 0));
  if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1)))) {
    return "have a port from 1 to 65535";
  }
  if (bracketed ? !is_public_v6(host) : !is_public(host)) {
    return not_public;
  }
  return std::nullopt;
}

} // namespace

std::optional<std::string_view> fault_of_target(std::string_view url) {
  constexpr std::array<std::string_view, 3> schemes{"rtmp", "rtmps", "srt"};
  return fault_of(url, schemes, "begin with rtmp://, rtmps:// or srt://");
}

std::optional<std::string_view> fault_of_receiver(std::string_view url) {
  constexpr std::array<std::string_view, 1> schemes{"https"};
  return url.contains('#') ? "not hold #" : fault_of(url, schemes, "begin with https://");
}

} // namespace streams
