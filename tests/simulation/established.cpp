#include "simulation/established.h"

#include "json/reader.h"
#include "simulation/creation.h"
#include "streams/model/stream.h"
#include "streams/model/stream_id.h"
#include "streams/store/keys.h"
#include "support/catch.h"

#include <algorithm>
#include <utility>

namespace simulation {

namespace {

constexpr std::string_view own_target =
    R"({"url":"rtmps://live.example/app","streamKey":"key-of-the-owner"})";

std::string text_at(const std::string& body, std::initializer_list<const char*> names) {
  const auto read = json::document::parse(body);
  if (!read) {
    return {};
  }
  json::value at = read->root();
  for (const char* name : names) {
    at = at[name];
  }
  return std::string{at.text().value_or("")};
}

std::string body_of(plan how) {
  return how == plan::cloudflare
             ? R"({"title":"In memory of Ada","memorialId":"memorial-7","streamingMethod":"obs","ingest":"cloudflare"})"
             : R"({"title":"In memory of Ada","memorialId":"memorial-7","streamingMethod":"obs","ingest":"mux"})";
}

std::string replaced(std::string text, const std::vector<std::pair<std::string, std::string>>& replacements) {
  for (const auto& [from, to] : replacements) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
      text.replace(at, from.size(), to);
    }
  }
  return text;
}

} // namespace

std::string make_stream(world& around, plan how, const course& course) {
  edge::request request = create_request(around);
  request.url = "https://whip.example/api/streams";
  const served made = around.serve(std::move(request), body_of(how), course);
  INFO(text_of(made));
  if (made.killed) {
    return {};
  }
  REQUIRE((made.answer && made.answer->status == 201));
  return text_at(made.answer->body, {"stream", "id"});
}

void multiply(world& around, std::size_t count) {
  const auto one = streams::stream_record::from_text(
      around.store().entries().at(around.store().keys("stream/").front()).value);
  REQUIRE(one);
  const auto entries = around.store().entries();
  const auto input = around.cloudflare().live_inputs().front();
  const auto live_stream = around.mux().live_streams().front();
  std::vector<model_cloudflare::live_input> inputs;
  std::vector<model_mux::live_stream> live_streams;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string id = streams::make_stream_id(around.now(), around.chance().bytes(10));
    const std::vector<std::pair<std::string, std::string>> renamed{
        {one->id, id},
        {input.id, around.chance().hex(32)},
        {live_stream.id, around.chance().text(46)},
        {live_stream.stream_key, around.chance().hex(32)}};
    for (const auto& [key, entry] : entries) {
      if (!key.starts_with("by-user/") && (key.contains(one->id) || key.contains(input.id))) {
        (void)around.store().put({.key = replaced(key, renamed), .value = replaced(entry.value, renamed)},
                                 around.now());
      }
    }
    const std::string key = "stream/" + id;
    auto record = streams::stream_record::from_text(around.store().entries().at(key).value);
    record->created_by = "somebody else";
    (void)around.store().put({.key = key, .value = record->to_text()}, around.now());
    (void)around.store().put({.key = streams::keys::by_user(*record)}, around.now());
    auto& one_input = inputs.emplace_back(input);
    one_input.id = renamed[1].second;
    one_input.tag = replaced(one_input.tag, renamed);
    for (auto& output : one_input.outputs) {
      output.stream_key = replaced(output.stream_key, renamed);
    }
    auto& one_live_stream = live_streams.emplace_back(live_stream);
    one_live_stream.id = renamed[2].second;
    one_live_stream.stream_key = renamed[3].second;
    one_live_stream.passthrough = replaced(one_live_stream.passthrough, renamed);
  }
  around.cloudflare().add(std::move(inputs));
  around.mux().add(std::move(live_streams));
}

served ask(world& around, std::string_view method, const std::string& id_and_path, const std::string& body,
           const course& how) {
  edge::request request = create_request(around);
  request.method = method;
  request.url = "https://whip.example/api/streams/" + id_and_path;
  return around.serve(std::move(request), body, how);
}

established::established(plan how) : id_(make_stream(around_, how)) {
  const auto& inputs = around_.cloudflare().live_inputs();
  if (how == plan::cloudflare) {
    live_input_ = inputs.front().id;
  }
  live_stream_ = around_.mux().live_streams().front().id;
  if (how == plan::cloudflare) {
    const served added = ask("POST", "/outputs", std::string{own_target});
    output_ = text_at(added.answer->body, {"output", "id"});
    REQUIRE(!output_.empty());
  }
  bystander_ = make_stream(around_, plan::cloudflare);
  around_.cloudflare().broadcast({.id = "ffffffffffffffffffffffffffffffff",
                                  .live_input_id = inputs.back().id,
                                  .begun = around_.now() - std::chrono::hours{1},
                                  .ended = around_.now()});
  // Both are older than anything that is still being created.
  around_.wait(std::chrono::hours{1});
  bystander_as_it_was_ = text_of_bystander();
}

void established::broadcast(std::chrono::seconds length) {
  const std::string number = std::to_string(recordings_);
  const edge::timestamp now = around_.now();
  if (!live_input_.empty()) {
    around_.cloudflare().broadcast({.id = "0123456789abcdef0123456789abcde" + number,
                                    .live_input_id = live_input_,
                                    .begun = now,
                                    .ended = now + length});
  }
  around_.mux().broadcast({.id = "assetOfTheBroadcast" + number,
                           .live_stream_id = live_stream_,
                           .playback_id = "playbackIdOfTheRecording" + number,
                           .begun = now,
                           .ended = now + length});
  recordings_ += live_input_.empty() ? 1 : 2;
}

served established::ask(std::string_view method, const std::string& path, const std::string& body,
                        const course& how) {
  return simulation::ask(around_, method, id_ + path, body, how);
}

std::string established::shown(const std::string& path) {
  const served read = ask("GET", path);
  return read.answer && read.answer->status == 200 ? read.answer->body : std::string{};
}

void established::reconcile_until_quiet() {
  for (int run = 0; run < 12; ++run) {
    around_.wait(std::chrono::minutes{6});
    const served done = around_.reconcile();
    if (!done.answer) {
      around_.violated("the schedule did not come to its end");
    }
    if (run > 0 && around_.store().keys("intent/").empty()) {
      return;
    }
  }
}

const model_cloudflare::live_input* established::live_input() const {
  return around_.cloudflare().find(live_input_);
}

const model_mux::live_stream* established::live_stream() const {
  const auto& all = around_.mux().live_streams();
  auto found = std::ranges::find(all, live_stream_, &model_mux::live_stream::id);
  return found == all.end() ? nullptr : &*found;
}

std::ptrdiff_t established::outputs_to(std::string_view url) const {
  const auto* input = live_input();
  return input
             ? std::ranges::count_if(input->outputs, [&](const auto& each) { return each.url.contains(url); })
             : 0;
}

std::size_t established::recordings() const {
  auto of_input = [&](const auto& each) { return each.live_input_id == live_input_; };
  return static_cast<std::size_t>(std::ranges::count_if(around_.cloudflare().videos(), of_input)) +
         around_.mux().assets().size();
}

// Reads the providers and the store directly, because reading through the API might update the state.
std::string established::text_of_bystander() {
  std::string text;
  for (const auto& [key, entry] : around_.store().entries()) {
    const bool is_news = key.starts_with("stream/") || key.starts_with("fact/");
    if (key.contains(bystander_) && !is_news) {
      text += key + ' ' + entry.value + '\n';
    }
  }
  const auto& input = around_.cloudflare().live_inputs().back();
  text += input.id + input.whip_secret + (input.enabled ? " enabled" : " disabled");
  for (const auto& each : input.outputs) {
    text += "\n" + each.id + each.url + each.stream_key + (each.enabled ? " enabled" : " disabled");
  }
  const auto& backup = around_.mux().live_streams().back();
  return text + "\n" + backup.id + backup.stream_key + (backup.enabled ? " enabled" : " disabled");
}

void established::check_deleted(std::vector<std::string>& faults, bool with_recordings) const {
  for (const auto& [key, entry] : around_.store().entries()) {
    const bool stays = !entry.expires && key != "fact/stream/" + id_ + "/deleted";
    if (stays && (key.contains(id_) || (!live_input_.empty() && key.contains(live_input_)))) {
      faults.push_back("it was deleted, and this is left: " + key);
    }
  }
  if (live_input()) {
    faults.emplace_back("it was deleted, and its live input is left");
  }
  if (live_stream()) {
    faults.emplace_back("it was deleted, and its live stream is left");
  }
  const std::size_t wanted = with_recordings ? 0 : recordings_;
  if (recordings() != wanted) {
    faults.push_back("recordings that are left: " + std::to_string(recordings()));
  }
}

void established::check_shown(std::vector<std::string>& faults) {
  const std::string body = shown();
  const auto read = json::document::parse(body);
  if (!read || !live_stream() || (!live_input_.empty() && !live_input())) {
    faults.push_back("it was not deleted, and is not there: " + body);
    return;
  }
  const json::value stream = read->root();
  auto must = [&](bool holds, std::string_view what) {
    if (!holds) {
      faults.push_back(std::string{what} + ": " + body);
    }
  };
  const auto* input = live_input();
  const std::string& key = input ? input->rtmps_key : live_stream()->stream_key;
  must(stream["streamKey"].text() == key, "the stream key that is shown is not the one that holds");
  const bool ended = stream["endedAt"].text().has_value();
  must(ended != (input ? input->enabled : live_stream()->enabled),
       "it has ended and is open, or the reverse");
  must(recordings() == recordings_, "its recordings are not all there");
  if (!input) {
    return;
  }
  auto feed = std::ranges::find(input->outputs, stream["cloudflareOutputId"].text().value_or(""),
                                &model_cloudflare::output::id);
  must(feed != input->outputs.end() && feed->stream_key == live_stream()->stream_key,
       "its backup is not fed");
  if (feed != input->outputs.end()) {
    must(stream["simulcastEnabled"].boolean() == feed->enabled, "the backup's switch is not as it is shown");
  }
  for (const auto& each : input->outputs) {
    must(outputs_to(each.url) == 1, "it is sent on twice to the same");
  }
}

std::vector<std::string> established::faults(bool with_recordings_deleted) {
  std::vector<std::string> found = around_.violations();
  if (deleted()) {
    check_deleted(found, with_recordings_deleted);
  } else {
    check_shown(found);
  }
  if (text_of_bystander() != bystander_as_it_was_) {
    found.push_back("another stream was touched: " + text_of_bystander() + " WAS " + bystander_as_it_was_);
  }
  return found;
}

course troubled(std::size_t number, fate what, bool for_ever, bool others_take_effect) {
  course how;
  how.fate_of = [=](std::size_t at, const std::string&) {
    return at == number || (for_ever && at > number) ? what : fate::succeeds;
  };
  how.survives_its_worker = [=] { return others_take_effect; };
  return how;
}

} // namespace simulation
