// edge::is_origin: the valid entries of a list of origins (Fetch standard).
#include "edge/http/cors.h"
#include "support/catch.h"

TEST_CASE("An origin is a scheme, a host and optionally a port") {
  for (const char* text :
       {"https://app.example", "http://localhost:5173", "https://127.0.0.1:8443", "http://[::1]:80"}) {
    INFO(text);
    CHECK(edge::is_origin(text));
  }
}

TEST_CASE("Anything that a browser never sends as an origin, or a wildcard, is refused") {
  for (const char* text : {"*", "null", "", "app.example", "https://", "https://app.example/",
                           "https://*.example", "https://App.example", "https://app.example/path",
                           "https://user@app.example", "file://app", "https:app.example"}) {
    INFO(text);
    CHECK_FALSE(edge::is_origin(text));
  }
}
