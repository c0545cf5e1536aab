// whip::ice_servers_in: keeps only a response's links to STUN and TURN servers, however they are written.
#include "support/catch.h"
#include "whip/link_header.h"

#include <string>

using whip::ice_servers_in;

TEST_CASE("Links to STUN and TURN servers are kept as they are written (RFC 9725, section 4.6)") {
  const std::string servers =
      R"(<stun:stun.example.net>; rel="ice-server", )"
      R"(<turn:turn.example.net?transport=udp>; rel="ice-server"; username="user"; )"
      R"(credential="myPassword"; credential-type="password", )"
      R"(<TURNS:turn.example.net?transport=tcp>; rel="ice-server"; username="a, <b>; \"c\""; credential="d")";
  CHECK(ice_servers_in(servers) == servers);
  CHECK(ice_servers_in(" <stun:a> ; rel=ice-server ,,\t<stuns:b>") ==
        "<stun:a> ; rel=ice-server , <stuns:b>");
}

TEST_CASE("Links to anything else are left out, including quoted ones") {
  CHECK(
      ice_servers_in(R"(<https://x/secret>; rel="urn:ietf:params:whip:ext:e", <stun:a>; rel="ice-server")") ==
      R"(<stun:a>; rel="ice-server")");
  CHECK(ice_servers_in(R"(<stun:a>; rel="ice-server", </secret/e>; title="<stun:b>")") ==
        R"(<stun:a>; rel="ice-server")");
  CHECK(ice_servers_in(R"(</secret/a,<stun:b>>; rel="x")").find("secret") == std::string::npos);
  for (const char* none : {"", ",", " , ", "stun:a", "<stun", "https://secret", R"("<stun:a>)"}) {
    CHECK(ice_servers_in(none).empty());
  }
}
