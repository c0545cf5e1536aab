// Those of the swarm's people who create streams.
#include "json/reader.h"
#include "simulation/swarm_people.h"
#include "simulation/swarm_text.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>

namespace simulation {

namespace {

constexpr std::size_t most_streams = 12;
// A key gives the first answer for a day; clocks differ by some minutes.
constexpr std::chrono::hours key_holds_for{23};

} // namespace

void swarm_people::learn_of_stream(const edge::response& answer, std::size_t owner, const std::string& key) {
  if (answer.status >= 300) {
    return;
  }
  const auto read = json::document::parse(answer.body);
  const json::value root = read ? read->root() : json::value{};
  const json::value of = root["stream"].exists() ? root["stream"] : root;
  const std::string id{(of["id"].exists() ? of["id"] : of["streamId"]).text_or_empty()};
  if (!key.empty()) {
    const auto made = made_for_key_.try_emplace(key, made_once{.id = id, .at = around_.now()}).first;
    if (made->second.id != id && around_.now() < made->second.at + key_holds_for) {
      around_.violated("one Idempotency-Key, and two streams: " + made->second.id + " and " + id);
    }
    if (made->second.id != id) {
      made->second = {.id = id, .at = around_.now()};
    }
  }
  if (!std::ranges::contains(streams_, id, &known_stream::id)) {
    known_stream made;
    made.id = id;
    made.owner = owner;
    made.by_phone = of["streamingMethod"].text() == "whip_browser";
    if (of["visibility"].text() == "private") {
      made.private_since = around_.now();
    }
    streams_.push_back(std::move(made));
  }
}

asked swarm_people::create(const context& with, std::string what, const std::string& path, std::string body,
                           std::string key) {
  const std::size_t owner = with.chance.below(owners);
  asked made{.what = std::string{name_of_owner(owner)} + " creates a stream " + std::move(what),
             .request = request_of(name_of_owner(owner), "POST", path),
             .body = std::move(body)};
  if (!key.empty()) {
    made.request.headers.add("idempotency-key", key);
    key += name_of_owner(owner);
  }
  made.learn = [this, owner, key](const edge::response& answer) { learn_of_stream(answer, owner, key); };
  return made;
}

std::optional<asked> swarm_people::create_for_phone(const context& with) {
  if (streams_.size() >= most_streams) {
    return read(with);
  }
  return create(with, "for a phone", "/api/streams/create-whip",
                R"({"title":"In memory of Ada","memorialId":"memorial-of-ada"})");
}

std::optional<asked> swarm_people::create_for_encoder(const context& with) {
  if (streams_.size() >= most_streams) {
    return read(with);
  }
  return create(with, "for an encoder", "/api/streams",
                R"({"title":"In memory of Ben","streamingMethod":"obs","ingest":"cloudflare"})");
}

std::optional<asked> swarm_people::create_at_mux(const context& with) {
  if (streams_.size() >= most_streams || !around_.has_mux()) {
    return read(with);
  }
  return create(with, "at Mux", "/api/streams",
                R"({"title":"In memory of Cleo","streamingMethod":"obs","ingest":"mux"})");
}

std::optional<asked> swarm_people::create_once(const context& with) {
  const std::string key = with_number("a key of the client ", with.chance, 4);
  return create(with, "with " + key, "/api/streams",
                R"({"title":"In memory of Dan","streamingMethod":"whip_browser","ingest":"relay"})", key);
}

std::optional<asked> swarm_people::create_for_memorial(const context& with) {
  if (!around_.has_mux()) {
    return read(with);
  }
  const std::string memorial = with_number("memorial-", with.chance, 2);
  return create(with, "for " + memorial, "/api/streams/create", R"({"memorialId":")" + memorial + "\"}");
}

std::optional<asked> swarm_people::create_private(const context& with) {
  constexpr std::array<std::string_view, 3> plans{
      R"("whip_browser","ingest":"relay")", R"("obs","ingest":"cloudflare")", R"("obs","ingest":"mux")"};
  if (streams_.size() >= most_streams) {
    return read(with);
  }
  const std::string plan{plans.at(with.chance.below(around_.has_mux() ? 3 : 2))};
  return create(with, "for those who are invited", "/api/streams",
                R"({"title":"In memory of Eve","visibility":"private","streamingMethod":)" + plan + "}");
}

} // namespace simulation
