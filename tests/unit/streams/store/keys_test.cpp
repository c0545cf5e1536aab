// streams::keys: the names under which everything is stored. Other names lose what older versions stored.
#include "streams/store/keys.h"
#include "support/catch.h"

#include <string>

namespace keys_test {

namespace {

namespace keys = streams::keys;

// The first 16 bytes of the SHA-256 of "owner".
const std::string owner = "4c1029697ee358715d3a14a2add817c4";

} // namespace

TEST_CASE("Each thing has the key that it always had") {
  CHECK(keys::stream("s") == "stream/s");
  CHECK(keys::stream("") == "stream/");
  CHECK(keys::credentials("s") == "credentials/s");
  CHECK(keys::by_input("i") == "by-input/i");
  CHECK(keys::by_memorial("m", "s") == "by-memorial/m/s");
  CHECK(keys::streams_of_memorial("m") == "by-memorial/m/");
  CHECK(keys::streams_of_user("owner") == "by-user/" + owner + "/");
  CHECK(keys::facts("s") == "fact/stream/s/");
  CHECK(keys::mux_fact("s", "e") == "fact/stream/s/mux-e");
  CHECK(keys::cloudflare_fact("s", "e") == "fact/stream/s/cloudflare-e");
  CHECK(keys::change_of("s", streams::change_kind::deleted) == "fact/stream/s/deleted");
  CHECK(keys::invites("s") == "invite/s/");
  CHECK(keys::upload("s", "n") == "upload/s/n");
  CHECK(keys::memorial("m") == "memorial/m");
  CHECK(keys::answer("a") == "answer/a");
  CHECK(keys::intent("s") == "intent/s");
  CHECK(keys::pending_changes("s") == "intent/s/");
  CHECK(keys::pending_change("s", "c") == "intent/s/c");
}

TEST_CASE("A fact's key says whose it is, and a key's last part is what follows its last slash") {
  CHECK(keys::is_mux_fact("fact/stream/s/mux-e"));
  CHECK_FALSE(keys::is_mux_fact("fact/stream/mux-s/ended"));
  CHECK(keys::is_cloudflare_fact("fact/stream/s/cloudflare-e"));
  CHECK_FALSE(keys::is_cloudflare_fact("fact/stream/s/mux-e"));
  CHECK(keys::last_part("a/b/c") == "c");
  CHECK(keys::last_part("a/").empty());
  CHECK(keys::last_part("a") == "a");
}

} // namespace keys_test
