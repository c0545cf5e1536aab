// Signed webhooks of which only part can be read: their stream is compared with the providers at once, so
// nothing that they may have said is lost.
#include "simulation/broadcast.h"
#include "simulation/established.h"
#include "support/catch.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>

namespace {

using namespace simulation;
using namespace std::chrono_literals;

// Long after a stream's last news, when it is next compared with the providers in its turn only, it has a
// broadcast of which no webhook tells.
struct quiet_stage {
  quiet_stage() {
    for (int i = 0; i < 40; ++i) {
      on.around().wait(20min);
      (void)on.around().reconcile();
    }
    on.broadcast(1min);
    on.around().wait(2min);
  }

  // The webhook of that kind about this stream, with one text in it replaced.
  std::string deliver(std::string_view name, std::string_view what, const std::string& replacement,
                      const course& how = {}) {
    const auto all = simulation::broadcast(on.around(), on.around().now(), first_asset, first_video, on.id());
    delivery sent = *std::ranges::find(all, name, &delivery::name);
    const std::size_t at = sent.body.find(what);
    REQUIRE(at != std::string::npos);
    sent.body.replace(at, what.size(), replacement);
    sent = sign(on.around(), sent);
    const served done = on.around().serve(sent.request, sent.body, how);
    REQUIRE(done.answer);
    return std::to_string(done.answer->status);
  }

  bool is_found_soon() {
    (void)on.around().let_pass(1min);
    (void)on.around().run_schedule();
    return on.shown().contains(R"("cloudflare":{"available":true,)");
  }

  established on;
};

} // namespace

TEST_CASE("Without a webhook, a broadcast of a quiet stream is not found within a minute") {
  CHECK_FALSE(quiet_stage{}.is_found_soon());
}

TEST_CASE("A webhook with an id or a time that cannot be read has its stream compared at once") {
  struct odd {
    std::string_view webhook;
    std::string_view what;
    std::string replacement;
  };
  for (const odd& each :
       {odd{"mux video.live_stream.idle", R"("created_at":")", R"("created_at":"soon )"},
        odd{"mux video.asset.live_stream_completed", R"("id":")", R"("id":"../)"},
        odd{"cloudflare ready", R"("uid":")", R"("uid":"../)"},
        odd{"cloudflare live_input.disconnected", R"("updated_at":")", R"("updated_at":"x)"}}) {
    quiet_stage stage;
    INFO(each.webhook);
    CHECK(stage.deliver(each.webhook, each.what, each.replacement) == "200");
    CHECK(stage.is_found_soon());
    CHECK(stage.on.around().store().keys("intent/").empty());
  }
}

TEST_CASE("A webhook that cannot be read is answered with 2xx only once its comparison is due") {
  quiet_stage stage;
  const course failing{.fate_of = [](std::size_t, const std::string& name) {
    return name.starts_with("kv_put") ? fate::breaks_before : fate::succeeds;
  }};
  CHECK(stage.deliver("mux video.live_stream.idle", R"("created_at":")", R"("created_at":"soon )", failing) ==
        "503");
}
