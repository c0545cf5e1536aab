// edge::resolve_url against the examples of RFC 3986, section 5.4, and the host of a URL.
#include "edge/http/url.h"
#include "support/catch.h"

#include <string_view>
#include <utility>

namespace {

using edge::is_host_below;
using edge::resolve_url;
using edge::secure_host_of;

constexpr std::string_view base = "http://a/b/c/d;p?q";

} // namespace

TEST_CASE("References resolve as in the examples of RFC 3986, except for fragments") {
  for (auto [reference, meaning] : {
           std::pair{"g:h", "g:h"},
           std::pair{"g", "http://a/b/c/g"},
           std::pair{"./g", "http://a/b/c/g"},
           std::pair{"g/", "http://a/b/c/g/"},
           std::pair{"/g", "http://a/g"},
           std::pair{"//g", "http://g"},
           std::pair{"?y", "http://a/b/c/d;p?y"},
           std::pair{"g?y", "http://a/b/c/g?y"},
           std::pair{"#s", "http://a/b/c/d;p?q"},
           std::pair{"g#s", "http://a/b/c/g"},
           std::pair{"g?y#s", "http://a/b/c/g?y"},
           std::pair{";x", "http://a/b/c/;x"},
           std::pair{"g;x", "http://a/b/c/g;x"},
           std::pair{"g;x?y#s", "http://a/b/c/g;x?y"},
           std::pair{"", "http://a/b/c/d;p?q"},
           std::pair{".", "http://a/b/c/"},
           std::pair{"./", "http://a/b/c/"},
           std::pair{"..", "http://a/b/"},
           std::pair{"../", "http://a/b/"},
           std::pair{"../g", "http://a/b/g"},
           std::pair{"../..", "http://a/"},
           std::pair{"../../", "http://a/"},
           std::pair{"../../g", "http://a/g"},
           std::pair{"../../../g", "http://a/g"},
           std::pair{"../../../../g", "http://a/g"},
           std::pair{"/./g", "http://a/g"},
           std::pair{"/../g", "http://a/g"},
           std::pair{"g.", "http://a/b/c/g."},
           std::pair{".g", "http://a/b/c/.g"},
           std::pair{"g..", "http://a/b/c/g.."},
           std::pair{"..g", "http://a/b/c/..g"},
           std::pair{"./../g", "http://a/b/g"},
           std::pair{"./g/.", "http://a/b/c/g/"},
           std::pair{"g/./h", "http://a/b/c/g/h"},
           std::pair{"g/../h", "http://a/b/c/h"},
           std::pair{"g;x=1/./y", "http://a/b/c/g;x=1/y"},
           std::pair{"g;x=1/../y", "http://a/b/c/y"},
           std::pair{"g?y/./x", "http://a/b/c/g?y/./x"},
           std::pair{"g?y/../x", "http://a/b/c/g?y/../x"},
       }) {
    CHECK(resolve_url(base, reference) == meaning);
  }
  CHECK(resolve_url("https://a", "g") == "https://a/g");
  CHECK(resolve_url("https://a?q", "g") == "https://a/g");
  CHECK(resolve_url(base, "https://other:8443/x/../y") == "https://other:8443/y");
}

TEST_CASE(
    "A URL counts as on a host only if a credential is safe in transit and certainly reaches that host") {
  CHECK(secure_host_of("https://a.example/path?q") == "a.example");
  CHECK(secure_host_of("https://a.example:8443") == "a.example");
  CHECK(secure_host_of("http://127.0.0.1:8080/x") == "127.0.0.1");
  CHECK(secure_host_of("http://localhost/x") == "localhost");
  for (const char* none : {"", "a.example", "//a.example/", "/path", "http://a.example/", "ftp://a.example/",
                           "https:a.example", "https:///x", "https://", "https://user@a.example/",
                           "https://a.example:80@b.example/", "https://a.example:x/", "https://A.example/",
                           "https://[::1]/", "https://a.example\\@b.example/", "https://a b/"}) {
    CHECK_FALSE(secure_host_of(none));
  }
}

TEST_CASE("A URL without a port has that of its scheme") {
  CHECK(edge::port_of("https://a.example/path:8") == "443");
  CHECK(edge::port_of("https://a.example:/") == "443");
  CHECK(edge::port_of("https://a.example:443") == "443");
  CHECK(edge::port_of("https://a.example:8443/x") == "8443");
  CHECK(edge::port_of("http://127.0.0.1/") == "80");
}

TEST_CASE("A host belongs to its own domain, and not to another with a similar ending") {
  CHECK((is_host_below("a.example", "a.example") && is_host_below("b.a.example", "a.example")));
  CHECK_FALSE((is_host_below("ba.example", "a.example") || is_host_below("example", "a.example")));
  CHECK_FALSE((is_host_below("a.example.evil", "a.example") || is_host_below("a.example", "")));
}
