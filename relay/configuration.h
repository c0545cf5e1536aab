// The relay's settings, read from environment variables. docs/relay.md describes each one.
#pragma once

#include "crypto/secret.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace relay {

struct port_range {
  std::uint16_t first;
  std::uint16_t last;
};

struct configuration {
  std::string listen_host = "127.0.0.1";
  std::uint16_t listen_port = 8790;
  std::string worker_url; // without a trailing slash
  crypto::secret credential;
  crypto::secret token_secret;
  std::vector<std::string> allowed_origins;
  std::vector<std::string> ice_servers; // stun: and turn: URLs, sent to publishers and viewers
  std::optional<std::string> public_address;
  std::optional<port_range> udp_ports; // any port if not set
  std::size_t max_publishers = 50;
  std::size_t max_viewers = 200;
  std::chrono::seconds reconnect_window{30};
  std::chrono::seconds drain{30};
  std::optional<std::string> ca_file; // trusted instead of the system's
};

// Returns the value of a variable, or nullopt if it is not set.
using variables = std::function<std::optional<std::string>(std::string_view)>;

// Returns the settings, or one sentence for each missing or invalid variable. Each sentence starts with the
// variable's name and never repeats a secret.
[[nodiscard]] std::expected<configuration, std::vector<std::string>>
read_configuration(const variables& from);

} // namespace relay
