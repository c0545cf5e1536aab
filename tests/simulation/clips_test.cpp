// A part of a recording is made at its provider: once, whatever fails or dies, and it is copied nowhere.
#include "simulation/deployment.h"
#include "simulation/established.h"
#include "simulation/fate.h"
#include "simulation/places.h"
#include "support/catch.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>

namespace {

using namespace simulation;

// Five minutes, recorded at both providers.
class trimmed {
public:
  explicit trimmed(const place& where) : where_(where) {
    stream_.around().configure(settings_with_copies());
    stream_.broadcast(std::chrono::minutes{5});
    stream_.around().wait(std::chrono::minutes{5});
    run(2);
  }

  world& around() { return stream_.around(); }
  established& stream() { return stream_; }
  std::string shown() { return stream_.shown("/recordings"); }
  served trim(std::string_view times = R"({"startSeconds":10,"endSeconds":200})", const course& how = {}) {
    return stream_.ask("POST", "/recordings/" + std::string{where_.id} + "/clips", std::string{times}, how);
  }
  void run(int times = 10, const course& how = {}) {
    for (int each = 0; each < times; ++each) {
      around().wait(std::chrono::minutes{6});
      (void)around().reconcile(how);
    }
  }

  // The other stream may have copies of its own.
  [[nodiscard]] std::ptrdiff_t clips_at(std::string_view source) {
    const auto is_ours = [&](const std::string& named) { return named.contains(stream_.id()); };
    return source == "mux" ? std::ranges::count_if(around().mux().made_assets(), is_ours,
                                                   &model_mux::made_asset::passthrough)
                           : std::ranges::count_if(around().cloudflare().made_videos(), is_ours,
                                                   &model_cloudflare::made_video::creator);
  }

  // What is wrong in the end.
  std::string fault() {
    const std::string recordings = shown();
    if (clips_at("cloudflare") + clips_at("mux") != 1 || clips_at(where_.source) != 1) {
      return "not one clip: " + recordings;
    }
    const std::string of = R"("clippedFrom":")" + std::string{where_.id} + '"';
    if (!recordings.contains(R"("origin":"clip","state":"ready")") || !recordings.contains(of)) {
      return "the clip is not shown: " + recordings;
    }
    if (stream_.recordings() != 2) {
      return "the whole is not there";
    }
    if (!around().store().keys("intent/").empty()) {
      return "something is left to be done";
    }
    return around().violations().empty() ? "none" : around().violations().front();
  }

private:
  const place& where_;
  established stream_;
};

} // namespace

TEST_CASE("A clip is made at the provider of its recording, and is not copied to the other") {
  for (const place& where : places) {
    trimmed it{where};
    CHECK(status_of(it.trim()) == 202);
    CHECK(it.shown().contains(R"("id":null,"origin":"clip")"));
    it.run(30);
    CHECK(it.fault() == "none");
    // The same again makes no other.
    CHECK(status_of(it.trim()) == 202);
    it.run();
    CHECK(it.fault() == "none");
    CHECK(status_of(it.trim(R"({"startSeconds":0,"endSeconds":300})")) == 202);
    it.run();
    CHECK(it.clips_at(where.source) == 2);
  }
}

TEST_CASE("What a clip is made of is not deleted before the clip is ready") {
  for (const place& where : places) {
    trimmed it{where};
    CHECK(status_of(it.trim()) == 202);
    const auto remove = [&] {
      return status_of(it.stream().ask("DELETE", "/recordings/" + std::string{where.id}));
    };
    CHECK(remove() == 409);
    it.run();
    CHECK(remove() == 204);
    it.run();
    CHECK(it.clips_at(where.source) == 1);
    CHECK(it.shown().contains(R"("origin":"clip")"));
  }
}

TEST_CASE("A part that the recording does not have is refused") {
  for (const place& where : places) {
    trimmed it{where};
    for (const std::string_view times :
         {R"({"startSeconds":200,"endSeconds":10})", R"({"startSeconds":10,"endSeconds":10})",
          R"({"startSeconds":0,"endSeconds":302})", R"({"startSeconds":-1,"endSeconds":10})",
          R"({"startSeconds":1.5,"endSeconds":10})", R"({"startSeconds":0})", R"({"endSeconds":10})", "{}"}) {
      INFO(times);
      CHECK(status_of(it.trim(times)) == 400);
    }
    it.run();
    CHECK(it.clips_at(where.source) == 0);
  }
}

TEST_CASE("A clip that its provider refuses has failed, with a reason, and can be asked for again") {
  for (const place& where : places) {
    trimmed it{where};
    CHECK(status_of(it.trim()) == 202);
    course refusing;
    refusing.fate_of = [](std::size_t, const std::string& name) {
      return name.starts_with("POST ") ? fate::refused : fate::succeeds;
    };
    it.run(3, refusing);
    INFO(it.shown());
    CHECK(it.shown().contains(R"("state":"failed")"));
    CHECK(it.shown().contains("does not trim this recording"));
    CHECK(status_of(it.trim()) == 202);
    it.run();
    CHECK(it.fault() == "none");
  }
}

TEST_CASE("A clip that was deleted can be made again") {
  for (const place& where : places) {
    trimmed it{where};
    CHECK(status_of(it.trim()) == 202);
    it.run();
    const std::string answer = body_of(it.trim());
    const std::string begin = R"({"id":")";
    const std::string id = answer.substr(begin.size(), answer.find('"', begin.size()) - begin.size());
    CHECK(status_of(it.stream().ask("DELETE", "/recordings/" + id)) == 204);
    it.run();
    CHECK(it.clips_at(where.source) == 0);
    CHECK(body_of(it.trim()).contains(R"("state":"processing")"));
    it.run();
    CHECK(it.fault() == "none");
  }
}

TEST_CASE("A clip that failed at Cloudflare after it was begun can be asked for again") {
  trimmed it{places[0]};
  CHECK(places[0].source == "cloudflare");
  it.around().cloudflare().break_copies();
  CHECK(status_of(it.trim()) == 202);
  it.run();
  CHECK(it.shown().contains(R"("state":"failed")"));
  it.around().cloudflare().break_copies(false);
  CHECK(status_of(it.trim()) == 202);
  it.run();
  CHECK(it.fault() == "none");
}

TEST_CASE("Whichever operation of a clip fails or kills its Worker, there is one clip in the end") {
  constexpr std::array fates{fate::kills_before, fate::kills_after, fate::breaks_before,
                             fate::breaks_after, fate::fails_after, fate::garbled_after};
  for (const place& where : places) {
    for (const fate what : fates) {
      for (std::size_t number = 1; number <= 60; ++number) {
        trimmed it{where};
        std::size_t count = 0;
        course how;
        how.fate_of = [&](std::size_t, const std::string&) {
          return ++count == number ? what : fate::succeeds;
        };
        const served asked = it.trim(R"({"startSeconds":10,"endSeconds":200})", how);
        if (status_of(asked) != 202) {
          CHECK(status_of(it.trim()) == 202);
        }
        it.run(10, how);
        it.run();
        INFO(where.source << ": " << name_of(what) << " at operation " << number);
        CHECK(it.fault() == "none");
        if (count < number) {
          break;
        }
      }
    }
  }
}
