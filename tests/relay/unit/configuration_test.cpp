#include "configuration.h"
#include "support/catch.h"

#include <map>

using namespace relay;

namespace {

using table = std::map<std::string, std::string, std::less<>>;

const table complete{{"WORKER_URL", "https://live.example"},
                     {"RELAY_CREDENTIAL", "a-credential"},
                     {"RELAY_TOKEN_SECRET", "0123456789abcdef0123456789abcdef"}};

auto read(const table& values) {
  return read_configuration([&](std::string_view name) -> std::optional<std::string> {
    auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional{found->second};
  });
}

table with(const std::string& name, const std::string& value) {
  table changed = complete;
  changed[name] = value;
  return changed;
}

} // namespace

TEST_CASE("Starts with three settings, on the loopback address") {
  auto settings = read(complete);
  REQUIRE(settings);
  CHECK(settings->listen_host == "127.0.0.1");
  CHECK(settings->listen_port == 8790);
  CHECK(settings->reconnect_window == std::chrono::seconds{30});
  CHECK(settings->credential.text() == "a-credential");
}

TEST_CASE("Names all missing settings at once") {
  auto settings = read({});
  REQUIRE_FALSE(settings);
  REQUIRE(settings.error().size() == 3);
  CHECK(settings.error()[0].starts_with("WORKER_URL is missing"));
  CHECK(settings.error()[1].starts_with("RELAY_CREDENTIAL is missing"));
  CHECK(settings.error()[2].starts_with("RELAY_TOKEN_SECRET is missing"));
}

TEST_CASE("Names invalid settings without repeating a secret") {
  struct row {
    std::string name;
    std::string value;
  };
  for (const auto& [name, value] : std::vector<row>{{"RELAY_LISTEN", "8790"},
                                                    {"RELAY_LISTEN", "localhost:8790"},
                                                    {"RELAY_LISTEN", "127.0.0.1:65536"},
                                                    {"WORKER_URL", "live.example"},
                                                    {"WORKER_URL", "https://live.example/path"},
                                                    {"RELAY_CREDENTIAL", "with space"},
                                                    {"RELAY_CREDENTIAL", "line\r\nbreak"},
                                                    {"RELAY_TOKEN_SECRET", "short-secret"},
                                                    {"RELAY_ALLOWED_ORIGINS", "https://a.example/, *"},
                                                    {"RELAY_ICE_SERVERS", "https://stun.example"},
                                                    {"RELAY_ICE_SERVERS", "turn:user:password@turn.example"},
                                                    {"RELAY_PUBLIC_ADDRESS", "relay.example"},
                                                    {"RELAY_UDP_PORTS", "50000"},
                                                    {"RELAY_UDP_PORTS", "50999-50000"},
                                                    {"RELAY_UDP_PORTS", "80-90"},
                                                    {"RELAY_MAX_PUBLISHERS", "0"},
                                                    {"RELAY_MAX_PUBLISHERS", "many"},
                                                    {"RELAY_RECONNECT_WINDOW", "-1"},
                                                    {"RELAY_DRAIN_SECONDS", "1.5"}}) {
    CAPTURE(name, value);
    auto settings = read(with(name, value));
    REQUIRE_FALSE(settings);
    CHECK(settings.error().front().starts_with(name + ' '));
    CHECK_FALSE(settings.error().front().contains("short-secret"));
    CHECK_FALSE(settings.error().front().contains("with space"));
  }
}

TEST_CASE("Reads addresses, lists and ranges") {
  table values = complete;
  values["RELAY_LISTEN"] = "[::1]:9000";
  values["WORKER_URL"] = "http://127.0.0.1:8787/";
  values["RELAY_ALLOWED_ORIGINS"] = "https://a.example,http://localhost:5173";
  values["RELAY_ICE_SERVERS"] = "stun:stun.example:3478, turn:turn.example";
  values["RELAY_UDP_PORTS"] = "50000-50999";
  auto settings = read(values);
  REQUIRE(settings);
  CHECK(settings->listen_host == "::1");
  CHECK(settings->worker_url == "http://127.0.0.1:8787");
  CHECK(settings->allowed_origins.size() == 2);
  CHECK(settings->ice_servers.size() == 2);
  REQUIRE(settings->udp_ports);
  CHECK(settings->udp_ports->last == 50999);
}
