#include "ice_fragment.h"
#include "support/catch.h"

using namespace relay;

TEST_CASE("Reads a fragment from a browser's client") {
  auto read =
      parse_ice_fragment("a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\n"
                         "m=audio 9 RTP/AVP 0\r\na=mid:0\r\n"
                         "a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0\r\n"
                         "a=candidate:3471623853 1 udp 2122194687 198.51.100.2 61765 typ host\r\n"
                         "a=candidate:473322822 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active\r\n"
                         "a=candidate:2154773085 1 udp 2122129151 3d2a.local 61766 typ host\r\n"
                         "a=end-of-candidates\r\n");
  REQUIRE(read);
  CHECK(read->ufrag == "EsAw");
  CHECK(read->password == "P2uYro0UCOQ4zxjKXaWCBui1");
  CHECK(read->candidates.size() == 2);
  CHECK(read->complete);
}

TEST_CASE("Refuses what is not a fragment") {
  for (const char* text :
       {"", "\r\n\r\n", "nonsense", "a=ice-ufrag:EsAw\r\n", "a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1",
        "a=ice-ufrag:a b\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1", "a=ice-ufrag:EsAw\r\na=ice-pwd:short",
        "m=audio 9 RTP/AVP 0\r\na=candidate:1 1 udp\r\n", "a=mid:0\x01\r\n", "{\"a\":1}"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_ice_fragment(text));
  }
}

TEST_CASE("Limits the number of candidates and the length of lines in a fragment") {
  std::string text = "m=audio 9 RTP/AVP 0\r\n";
  for (int i = 0; i < 65; ++i) {
    text += "a=candidate:1 1 udp 1 192.0.2.1 1 typ host\r\n";
  }
  CHECK_FALSE(parse_ice_fragment(text));
  CHECK_FALSE(parse_ice_fragment("a=ice-options:" + std::string(600, 'x')));
}

TEST_CASE("Reads only the section that the others are bundled into") {
  auto read =
      parse_ice_fragment("m=audio 9 RTP/AVP 0\r\na=mid:0\r\na=candidate:1 1 udp 1 192.0.2.1 1 typ host\r\n"
                         "m=video 9 RTP/AVP 0\r\na=mid:1\r\na=candidate:2 1 udp 1 192.0.2.2 1 typ host\r\n");
  REQUIRE(read);
  CHECK(read->candidates.size() == 1);
}

TEST_CASE("Reads back a fragment that it wrote") {
  const ice_fragment written{.ufrag = "abcd",
                             .password = "0123456789012345678901",
                             .candidates = {"candidate:1 1 udp 1 192.0.2.1 1 typ host"},
                             .complete = true};
  auto read = parse_ice_fragment(to_text(written, "0", "audio"));
  REQUIRE(read);
  CHECK(read->ufrag == written.ufrag);
  CHECK(read->password == written.password);
  CHECK(read->candidates == written.candidates);
  CHECK(read->complete);
}

TEST_CASE("Replaces the host's own address by the public one, and no other") {
  CHECK(with_public_address("candidate:1 1 udp 1 10.0.0.4 5000 typ host generation 0", "203.0.113.9") ==
        "candidate:1 1 udp 1 203.0.113.9 5000 typ host generation 0");
  CHECK(with_public_address("candidate:1 1 udp 1 192.0.2.1 1 typ srflx raddr 10.0.0.4 rport 5",
                            "203.0.113.9") ==
        "candidate:1 1 udp 1 192.0.2.1 1 typ srflx raddr 10.0.0.4 rport 5");
}
