#include "configuration.h"

#include "crypto/jwt.h"
#include "edge/environment.h"
#include "edge/http/cors.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>

namespace relay {

namespace {

template <class Number>
std::optional<Number> whole_number(std::string_view text) {
  Number value{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

bool is_address(const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> parsed{};
  return inet_pton(AF_INET, text.c_str(), parsed.data()) == 1 ||
         inet_pton(AF_INET6, text.c_str(), parsed.data()) == 1;
}

// Reads the variables and collects everything that is wrong with them.
class reader {
public:
  reader(const variables& from, std::vector<std::string>& faults) : from_(from), faults_(faults) {}

  [[nodiscard]] std::optional<std::string> find(std::string_view name) const {
    auto value = from_(name);
    return value && !value->empty() ? value : std::nullopt;
  }

  std::string required(std::string_view name, std::string_view what) {
    auto value = find(name);
    if (!value) {
      fault(name, "is missing: set it to " + std::string{what});
    }
    return value.value_or("");
  }

  template <class Number>
  void number(std::string_view name, Number least, Number most, Number& into) {
    auto text = find(name);
    if (!text) {
      return;
    }
    auto value = whole_number<Number>(*text);
    if (value && *value >= least && *value <= most) {
      into = *value;
    } else {
      fault(name, "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    }
  }

  void seconds(std::string_view name, std::chrono::seconds& into) {
    std::int64_t count = into.count();
    number<std::int64_t>(name, 0, 86'400, count);
    into = std::chrono::seconds{count};
  }

  void fault(std::string_view name, std::string_view what) {
    faults_.push_back(std::string{name} + ' ' + std::string{what});
  }

private:
  const variables& from_;
  std::vector<std::string>& faults_;
};

void read_listen(reader& in, configuration& into) {
  auto text = in.find("RELAY_LISTEN");
  if (!text) {
    return;
  }
  std::size_t colon = text->rfind(':');
  auto port = colon == std::string::npos
                  ? std::nullopt
                  : whole_number<std::uint16_t>(std::string_view{*text}.substr(colon + 1));
  std::string host = text->substr(0, std::min(colon, text->size()));
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  }
  if (!port || !is_address(host)) {
    in.fault("RELAY_LISTEN", "must be an address and a port, such as 127.0.0.1:8790 or [::1]:8790");
    return;
  }
  into.listen_host = host;
  into.listen_port = *port;
}

void read_worker(reader& in, configuration& into) {
  into.worker_url = in.required("WORKER_URL", "the address of the Worker, such as https://live.example");
  if (into.worker_url.empty()) {
    return;
  }
  if (into.worker_url.ends_with('/')) {
    into.worker_url.pop_back();
  }
  if (!edge::is_origin(into.worker_url)) {
    in.fault("WORKER_URL", "must be https://host or http://host, optionally with a port, without a path");
  }
}

void read_secrets(reader& in, configuration& into) {
  into.credential = crypto::secret{in.required("RELAY_CREDENTIAL", "the Worker's setting of the same name")};
  if (!edge::is_visible_text(into.credential.text())) {
    in.fault("RELAY_CREDENTIAL", "must be ASCII without white space");
  }
  into.token_secret =
      crypto::secret{in.required("RELAY_TOKEN_SECRET", "the Worker's setting of the same name")};
  if (!into.token_secret.empty() && into.token_secret.size() < crypto::min_hs256_key_size) {
    in.fault("RELAY_TOKEN_SECRET", "must have at least 32 bytes");
  }
}

void read_origins(reader& in, configuration& into) {
  into.allowed_origins = edge::split_list(in.find("RELAY_ALLOWED_ORIGINS").value_or(""));
  for (const std::string& each : into.allowed_origins) {
    if (!edge::is_origin(each)) {
      in.fault("RELAY_ALLOWED_ORIGINS", "must list origins such as https://app.example, without a path or *");
    }
  }
}

void read_ice(reader& in, configuration& into) {
  into.ice_servers = edge::split_list(in.find("RELAY_ICE_SERVERS").value_or(""));
  constexpr std::array<std::string_view, 4> schemes{"stun:", "stuns:", "turn:", "turns:"};
  for (const std::string& each : into.ice_servers) {
    bool known =
        std::ranges::any_of(schemes, [&](std::string_view scheme) { return each.starts_with(scheme); });
    if (!known || each.find_first_of("<>\"@") != std::string::npos) {
      in.fault("RELAY_ICE_SERVERS", "must list URLs such as stun:stun.example:3478, without credentials");
    }
  }
  into.public_address = in.find("RELAY_PUBLIC_ADDRESS");
  if (into.public_address && !is_address(*into.public_address)) {
    in.fault("RELAY_PUBLIC_ADDRESS", "must be an IP address");
  }
}

void read_ports(reader& in, configuration& into) {
  auto text = in.find("RELAY_UDP_PORTS");
  if (!text) {
    return;
  }
  std::size_t dash = std::min(text->find('-'), text->size());
  auto first = whole_number<std::uint16_t>(std::string_view{*text}.substr(0, dash));
  auto last = dash == text->size() ? std::nullopt
                                   : whole_number<std::uint16_t>(std::string_view{*text}.substr(dash + 1));
  if (first && last && *first >= 1024 && *first < *last) {
    into.udp_ports = port_range{*first, *last};
  } else {
    in.fault("RELAY_UDP_PORTS", "must be a range of ports of at least 1024, such as 50000-50999");
  }
}

} // namespace

std::expected<configuration, std::vector<std::string>> read_configuration(const variables& from) {
  std::vector<std::string> faults;
  reader in{from, faults};
  configuration made;
  read_listen(in, made);
  read_worker(in, made);
  read_secrets(in, made);
  read_origins(in, made);
  read_ice(in, made);
  read_ports(in, made);
  in.number<std::size_t>("RELAY_MAX_PUBLISHERS", 1, 10'000, made.max_publishers);
  in.number<std::size_t>("RELAY_MAX_VIEWERS", 0, 10'000, made.max_viewers);
  in.seconds("RELAY_RECONNECT_WINDOW", made.reconnect_window);
  in.seconds("RELAY_DRAIN_SECONDS", made.drain);
  made.ca_file = in.find("RELAY_CA_FILE");
  if (!faults.empty()) {
    return std::unexpected{std::move(faults)};
  }
  return made;
}

} // namespace relay
