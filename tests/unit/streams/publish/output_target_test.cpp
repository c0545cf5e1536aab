// Which addresses a stream may be restreamed to, in every notation that a resolver accepts.
#include "streams/publish/output_target.h"
#include "support/catch.h"

#include <string>

namespace {

bool taken(const std::string& url) { return !streams::fault_of_target(url); }
bool taken_host(const std::string& host) { return taken("rtmps://" + host + ":443/app"); }
std::string fault(const std::string& url) {
  return std::string{streams::fault_of_target(url).value_or("nothing")};
}

} // namespace

TEST_CASE("Public servers are accepted, by name and by address, with every scheme") {
  for (const char* url :
       {"rtmp://a.rtmp.youtube.com/live2", "rtmps://live-api-s.facebook.com:443/rtmp/",
        "srt://ingest.example.com:9000?mode=caller", "RTMPS://Live.Example.COM/app",
        "rtmp://live.example.com./app", "rtmp://8.8.8.8/live", "rtmp://134744072/live",
        "rtmp://0x08080808/live", "rtmp://010.8.2056/live", "rtmp://[2606:4700::1111]:1935/live",
        "rtmp://[2606:4700:0:0:0:0:0:1]/live", "rtmp://1.1.1.1.example.com/",
        "srt://xn--mnchen-3ya.example:65535", "rtmp://0xcafe.example/x", "rtmp://example.com/app?user=a@b",
        "srt://example.com:9000?streamid=#!::r=a,m=publish", "rtmp://a--b.test.example.com/live",
        "rtmp://corp.example.com/live"}) {
    INFO(url);
    CHECK(taken(url));
  }
}

TEST_CASE("Addresses that are not global are refused in every notation") {
  for (const char* host : {"127.0.0.1",
                           "127.1",
                           "127.0.1",
                           "2130706433",
                           "0x7f000001",
                           "0x7F.0.0.1",
                           "0177.0.0.1",
                           "017700000001",
                           "0x7f.1",
                           "127.0.0.1.",
                           "0",
                           "0.0.0.0",
                           "0x",
                           "10.0.0.1",
                           "10.255.255.255",
                           "012.1.2.3",
                           "167772161",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.168.1.1",
                           "0300.0250.1.1",
                           "3232235777",
                           "169.254.169.254",
                           "0xa9fea9fe",
                           "2852039166",
                           "100.64.0.1",
                           "100.127.255.255",
                           "192.0.0.1",
                           "192.0.2.1",
                           "198.18.0.1",
                           "198.51.100.7",
                           "203.0.113.7",
                           "224.0.0.1",
                           "239.255.255.255",
                           "240.0.0.1",
                           "255.255.255.255",
                           "4294967295"}) {
    INFO(host);
    CHECK_FALSE(taken_host(host));
  }
}

TEST_CASE("Neighbouring global addresses are accepted") {
  for (const char* host :
       {"9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
        "169.253.0.1", "172.15.0.1", "172.32.0.1", "192.167.0.1", "192.169.0.1", "198.17.0.1", "198.20.0.1",
        "223.255.255.255", "[2001:200::1]", "[2001:db7::1]", "[2001:db9::1]", "[2003::1]", "[3ffe::1]"}) {
    INFO(host);
    CHECK(taken_host(host));
  }
}

TEST_CASE("IPv6 addresses that are not global, or contain an IPv4 address, are refused") {
  for (const char* host : {"[::1]",
                           "[::]",
                           "[0:0:0:0:0:0:0:1]",
                           "[::ffff:127.0.0.1]",
                           "[::ffff:7f00:1]",
                           "[::ffff:8.8.8.8]",
                           "[::127.0.0.1]",
                           "[64:ff9b::7f00:1]",
                           "[64:ff9b::8.8.8.8]",
                           "[fe80::1]",
                           "[FE80::1]",
                           "[fe80::1%eth0]",
                           "[fe80::1%25eth0]",
                           "[fc00::1]",
                           "[fd12:3456::1]",
                           "[fec0::1]",
                           "[ff02::1]",
                           "[2001:db8::1]",
                           "[2001::1]",
                           "[2001:0:7f00:1::]",
                           "[2001:10::1]",
                           "[2002:7f00:1::]",
                           "[3fff::1]",
                           "[100::1]",
                           "[4000::1]",
                           "[]",
                           "[1]",
                           "[1.2.3.4]",
                           "[2606:4700::1111",
                           "[2606::4700::1]",
                           "[g::1]",
                           "2606:4700::1111",
                           "::1"}) {
    INFO(host);
    CHECK_FALSE(taken("rtmps://" + std::string{host} + "/app"));
  }
}

TEST_CASE("Names that are not public are refused") {
  for (const char* host : {"localhost",
                           "LOCALHOST",
                           "localhost.",
                           "api.localhost",
                           "router",
                           "printer.local",
                           "printer.local.",
                           "metadata.google.internal",
                           "nas.lan",
                           "host.home.arpa",
                           "127.0.0.1..",
                           "169.254.169.254..",
                           "10.0.0.1..",
                           "0x7f000001..",
                           "2130706433..",
                           "localhost..",
                           "example.com..",
                           "metadata.google.internal..",
                           "printer.local..",
                           "localhost.localdomain",
                           "a.localdomain.",
                           "localhost6.localdomain6",
                           "kubernetes.default.svc",
                           "wiki.intranet",
                           "git.corp",
                           "nas.home",
                           "nas.private",
                           "mx.mail",
                           "a.test",
                           "a.invalid",
                           "expyuzz4wqqyqhjn.onion",
                           "a.alt",
                           "A.ALT",
                           "-.-",
                           "a.-",
                           "a-.example.com",
                           "a.-b.example.com",
                           "0123456789012345678901234567890123456789012345678901234567890123.example.com",
                           "",
                           ".",
                           "..",
                           ".example.com",
                           "a..example.com",
                           "exa_mple.com",
                           "ex%61mple.com",
                           "exämple.com",
                           "a,b.example.com",
                           "1.2.3.4.5",
                           "256.1.1.1",
                           "1.2.3.256",
                           "1.2.65536",
                           "1.16777216",
                           "4294967296",
                           "08.8.8.8",
                           "8.8.8.0x1g",
                           "example.0x7f000001x"}) {
    INFO(host);
    CHECK_FALSE(taken_host(host));
  }
}

TEST_CASE("The refusal says what is wrong") {
  CHECK(fault("https://example.com/") == "begin with rtmp://, rtmps:// or srt://");
  CHECK(fault("example.com/app") == "begin with rtmp://, rtmps:// or srt://");
  CHECK(fault("rtmp:/example.com") == "begin with rtmp://, rtmps:// or srt://");
  CHECK(fault("") == "begin with rtmp://, rtmps:// or srt://");
  CHECK(fault("rtmp://user:word@example.com/app") == "not hold a user name or password");
  CHECK(fault("rtmp://example.com@127.0.0.1/app") == "not hold a user name or password");
  CHECK(fault("rtmp://example.com#@127.0.0.1/") == "not hold a user name or password");
  CHECK(fault("rtmp://example.com?@127.0.0.1/") == "not hold a user name or password");
  CHECK(fault("srt://example.com:9000?a=b@127.0.0.1/") == "not hold a user name or password");
  CHECK(fault("rtmp://example.com#.internal/app") == "not hold # right after the host");
  CHECK(fault("srt://example.com:9000#x") == "not hold # right after the host");
  CHECK(fault("rtmp://127.0.0.1/app?host=example.com") == "name a public host");
  CHECK(fault("rtmp:///app") == "name a public host");
  CHECK(fault("rtmp://example.com\\@127.0.0.1/") == "be an address of at most 512 visible ASCII characters");
  CHECK(fault("rtmp://example.com/a b") == "be an address of at most 512 visible ASCII characters");
  CHECK(fault("rtmp://example.com/" + std::string(600, 'a')) ==
        "be an address of at most 512 visible ASCII characters");
  for (const char* port : {"", "0", "65536", "99999999999", "-1", "+1", "80x", "0x50"}) {
    CHECK(fault("rtmp://example.com:" + std::string{port} + "/app") == "have a port from 1 to 65535");
  }
  CHECK(fault("rtmp://[2606:4700::1]443/app") == "have a port from 1 to 65535");
}
