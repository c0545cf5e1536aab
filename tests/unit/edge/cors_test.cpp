// edge::is_origin: what may stand in a list of origins (Fetch standard).
#include "edge/http/cors.h"
#include "support/catch.h"

TEST_CASE("An origin is a scheme, a host and perhaps a port") {
  for (const char* text :
       {"https://app.example", "http://localhost:5173", "https://127.0.0.1:8443", "http://[::1]:80"}) {
    INFO(text);
    CHECK(edge::is_origin(text));
  }
}

TEST_CASE("What a browser never sends as an origin, or what stands for any, is none") {
  for (const char* text : {"*", "null", "", "app.example", "https://", "https://app.example/",
                           "https://*.example", "https://App.example", "https://app.example/path",
                           "https://user@app.example", "file://app", "https:app.example"}) {
    INFO(text);
    CHECK_FALSE(edge::is_origin(text));
  }
}
