#include "simulation/invariants.h"

#include "crypto/base64.h"
#include "json/reader.h"
#include "simulation/deployment.h"
#include "simulation/model_cipher.h"
#include "simulation/world.h"
#include "streams/model/stream.h"
#include "streams/store/credentials.h"

#include <algorithm>
#include <set>

namespace simulation {

namespace {

std::string intent_key_for(std::string_view tag) {
  return "intent/" + stream_in_tag(tag).value_or("of nobody");
}

// Nothing is requested or done later without being recorded.
bool is_recorded(const world& in, std::string_view tag) {
  return in.store().has("stream/" + stream_in_tag(tag).value_or("of nobody"));
}

// What is left of a deleted stream may be removed at any time.
bool is_removed_late(const world& in, std::string_view tag, const edge::operation::fetch& call) {
  const std::string id = stream_in_tag(tag).value_or("of nobody");
  return call.method == "DELETE" && in.store().has("fact/stream/" + id + "/deleted");
}

bool is_intended(const world& in, std::string_view tag) {
  auto intent = in.store().entries().find(intent_key_for(tag));
  return intent != in.store().entries().end() && intent->second.value.contains(tag);
}

std::optional<streams::stream_record> record_at(const world& in, std::string_view key) {
  auto found = in.store().entries().find(key);
  if (found == in.store().entries().end()) {
    return std::nullopt;
  }
  auto record = streams::stream_record::from_text(found->second.value);
  auto secrets = record ? in.store().entries().find("credentials/" + record->id) : in.store().entries().end();
  if (secrets != in.store().entries().end()) {
    record->sealed_credentials = secrets->second.value;
  }
  return record;
}

bool is_copy(const edge::operation::fetch& call) {
  return call.method == "POST" && (call.url.ends_with("/stream/copy") || call.url.ends_with("/stream/clip") ||
                                   call.url.ends_with("/video/v1/assets"));
}

// Whether the stream whose id the text names has the fact of a copy that is not over.
bool is_intended_copy(const world& in, std::string_view named) {
  const std::size_t begin = named.find(':') + 1;
  const std::string id{named.substr(begin, named.find(':', begin) - begin)};
  return !in.store().keys("fact/stream/" + id + "/transfer").empty();
}

// The tag of what a call creates or removes; empty for a call that changes nothing.
std::optional<std::string> tag_concerned(const world& in, const edge::operation::fetch& call) {
  for (const auto& input : in.cloudflare().live_inputs()) {
    if (call.url.contains("/live_inputs/" + input.id) && call.method != "GET") {
      return input.tag.empty() ? std::nullopt : std::optional{input.tag};
    }
  }
  for (const auto& live_stream : in.mux().live_streams()) {
    if (call.url.contains('/' + live_stream.id)) {
      return live_stream.passthrough;
    }
  }
  const bool is_creation =
      call.method == "POST" && (call.url.ends_with("/live_inputs") || call.url.ends_with("/live-streams"));
  if (!is_creation) {
    return std::nullopt;
  }
  auto body = json::document::parse(call.body);
  if (!body) {
    return "a body that is no JSON";
  }
  auto tag = body->root()["passthrough"].text();
  if (!tag) {
    tag = body->root()["meta"]["streamId"].text();
  }
  return std::string{tag.value_or("a body without a tag")};
}

// What one deployment made, the other neither changes nor asks about.
void check_maker(world& in, const edge::operation::fetch& call) {
  constexpr std::string_view separators = "/?&=";
  const std::string_view url{call.url};
  for (std::size_t begin = 0; begin < url.size();) {
    const std::size_t end = std::min(url.find_first_of(separators, begin), url.size());
    if (in.maker_of(url.substr(begin, end - begin)).value_or(in.deployment()) != in.deployment()) {
      in.violated("what another deployment made is touched: " + call.method + ' ' + call.url);
    }
    begin = end + 1;
  }
}

void check_problem(world& in, const edge::response& answer) {
  auto body = json::document::parse(answer.body);
  bool whole = body && body->root()["status"].integer() == answer.status &&
               body->root()["type"].text().value_or("").starts_with("urn:whip-mux:problem:") &&
               !body->root()["title"].text().value_or("").empty() &&
               !body->root()["detail"].text().value_or("").empty() &&
               body->root()["requestId"].text() == answer.headers.find("x-request-id");
  if (!whole || answer.headers.find("content-type") != "application/problem+json") {
    in.violated("an error answer that is no problem: " + answer.body);
  }
}

// Whether the record's credentials decrypt to this WHIP URL.
bool opens_to(const streams::stream_record& record, std::string_view whip_url) {
  std::size_t colon = record.sealed_credentials.find(':');
  auto sealed = crypto::base64url_decode(record.sealed_credentials.substr(colon + 1));
  auto plain = open({.key = std::string{sealing_key},
                     .associated_data = record.id + "/credentials",
                     .sealed = sealed.value_or("")});
  auto read = plain ? streams::credentials::from_text(*plain) : std::nullopt;
  return read && read->whip_url.text() == whip_url;
}

const model_mux::live_stream* live_stream_of(const world& in, const streams::stream_record& record) {
  if (!record.mux) {
    return nullptr;
  }
  auto found =
      std::ranges::find(in.mux().live_streams(), record.mux->live_stream_id, &model_mux::live_stream::id);
  bool ours = found != in.mux().live_streams().end() && stream_in_tag(found->passthrough) == record.id;
  return ours ? &*found : nullptr;
}

const model_cloudflare::live_input* live_input_of(const world& in, const streams::stream_record& record) {
  if (!record.cloudflare) {
    return nullptr;
  }
  const auto* found = in.cloudflare().find(record.cloudflare->live_input_id);
  return found && stream_in_tag(found->tag) == record.id ? found : nullptr;
}

// Whether every object that the record names exists where it says.
bool stands(const world& in, const streams::stream_record& record) {
  const auto* live_stream = live_stream_of(in, record);
  if (record.ingest == streams::ingest_plan::mux) {
    return live_stream && !record.cloudflare;
  }
  const auto* input = live_input_of(in, record);
  if (!input) {
    return false;
  }
  const auto& at_mux = record.mux;
  if (!at_mux) {
    return true;
  }
  auto output = std::ranges::find(input->outputs, at_mux->output_id, &model_cloudflare::output::id);
  return live_stream && output != input->outputs.end() && output->stream_key == live_stream->stream_key;
}

// The provider's URL to which a phone publishes.
std::string whip_url_of(const world& in, const streams::stream_record& record) {
  if (const auto* input = live_input_of(in, record)) {
    return input->whip_url();
  }
  const auto* live_stream = live_stream_of(in, record);
  return live_stream ? "https://global-live.mux.com/app/" + live_stream->stream_key + "/whip" : "nowhere";
}

void check_created(world& in, const json::value& stream) {
  std::string id{stream["id"].text().value_or("")};
  if (!in.promise(id)) {
    return;
  }
  auto record = record_at(in, "stream/" + id);
  if (!record) {
    return in.violated("a stream was promised and is not stored: " + id);
  }
  bool listed = std::ranges::any_of(in.store().keys("by-user/"),
                                    [&](const std::string& key) { return key.ends_with('/' + id); });
  if (!listed || (record->cloudflare && !in.store().has("by-input/" + record->cloudflare->live_input_id))) {
    in.violated("a stream was promised and cannot be found: " + id);
  }
  if (!stands(in, *record)) {
    in.violated("a stream was promised and does not stand: " + id);
  }
  std::string whip_url = whip_url_of(in, *record);
  bool by_relay = needs_relay(record->method, record->ingest);
  std::string promised =
      by_relay ? std::string{in.settings().get("RELAY_URL", "")} + "/whip/" + id : whip_url;
  bool by_phone = record->method == streams::streaming_method::whip_browser;
  bool told = by_phone ? stream["whipUrl"].text() == promised : stream["streamKey"].text().has_value();
  if (!told || !opens_to(*record, whip_url)) {
    in.violated("the publish address that was promised is not the one that is stored: " + id);
  }
  if (stream["simulcastEnabled"].boolean() != (record->mux && record->cloudflare)) {
    in.violated("a backup was promised that is not there, or the reverse: " + id);
  }
}

void check_endpoint(world& in, const json::value& endpoint) {
  std::string id{endpoint["streamId"].text().value_or("")};
  if (!in.promise(id)) {
    return;
  }
  auto record = record_at(in, "stream/" + id);
  if (!record || !stands(in, *record)) {
    return in.violated("an endpoint was given of no stream: " + id);
  }
  const auto* live_stream = live_stream_of(in, *record);
  if (!live_stream || endpoint["streamKey"].text() != live_stream->stream_key ||
      endpoint["playbackId"].text() != live_stream->playback_id ||
      endpoint["whipEndpoint"].text() !=
          "https://whip.example/app/" + live_stream->stream_key + "/whip?stream=" + id) {
    in.violated("an endpoint was given that is not the one of its stream: " + id);
  }
  if (!opens_to(*record, whip_url_of(in, *record))) {
    in.violated("an endpoint was given that is not the one that is stored: " + id);
  }
}

// The body without what its owner may see.
std::string without_own_secrets(const edge::response& answer) {
  std::string text = answer.body;
  auto body = json::document::parse(text);
  if (!body || answer.status >= 300) {
    return text;
  }
  for (const json::value& from : {body->root(), body->root()["stream"]}) {
    for (const char* name : {"whipUrl", "whipEndpoint", "streamKey", "srtUrl"}) {
      auto own = from[name].text();
      for (std::size_t at = own ? text.find(*own) : std::string::npos; at != std::string::npos;
           at = text.find(*own)) {
        text.erase(at, own->size());
      }
    }
  }
  return text;
}

// The caller was told that nothing is left.
bool denies_leftovers(const served& last) {
  return last.answer && last.answer->status >= 400 && last.answer->body.contains("Nothing was left behind");
}

// Whether someone must come back to this: always if a Worker was killed, otherwise only if the cleanup
// failed.
void check_leftover(world& in, std::string_view what, std::string_view tag, const served& last) {
  if (!is_intended(in, tag)) {
    in.violated(std::string{what} + " is left over that no intent names");
  }
  if (denies_leftovers(last)) {
    in.violated(std::string{what} + " is left over, and the answer denies it");
  }
}

} // namespace

void check_no_secret(world& in, std::string_view where, std::string_view text) {
  if (auto name = in.secrets().found_in(text)) {
    in.violated(name->append(" stands in ").append(where).append(": ").append(text.substr(0, 400)));
  }
}

void check_before_call(world& in, const edge::operation::fetch& call) {
  if (call.method != "GET" && in.store().keys("intent/").empty() && in.store().keys("stream/").empty()) {
    in.violated("a provider is called without any intent: " + call.url);
  }
  if (is_copy(call)) {
    const auto body = json::document::parse(call.body);
    const json::value what = body ? body->root() : json::value{};
    const bool by_creator = what["creator"].exists();
    if (!is_intended_copy(in, what[by_creator ? "creator" : "passthrough"].text().value_or(""))) {
      in.violated("what no fact intends is copied: " + call.body);
    }
  }
  check_maker(in, call);
  auto tag = tag_concerned(in, call);
  if (tag && !is_intended(in, *tag) && !is_recorded(in, *tag) && !is_removed_late(in, *tag, call)) {
    in.violated("what no intent names is changed: " + call.method + ' ' + call.url);
  }
}

void check_providers(world& in) {
  std::set<std::string> tags;
  for (const auto& input : in.cloudflare().live_inputs()) {
    if (!tags.insert(input.tag).second) {
      in.violated("two live inputs carry one tag");
    }
  }
}

void check_answer(world& in, const edge::request& to, const edge::response& what) {
  std::string fields;
  for (const auto& [name, value] : what.headers) {
    fields.append(name).append(": ").append(value).append("\n");
  }
  check_no_secret(in, "an answer", fields + without_own_secrets(what));
  if (what.status >= 400) {
    check_problem(in, what);
  }
  static const std::set<std::string_view> creations{"/api/streams", "/api/streams/create-whip",
                                                    "/api/streams/create"};
  if (what.status >= 300 || to.method != "POST" || !creations.contains(to.path())) {
    return;
  }
  auto body = json::document::parse(what.body);
  if (!body) {
    return in.violated("an answer that is no JSON");
  }
  if (to.path() == "/api/streams/create") {
    check_endpoint(in, body->root());
  } else {
    check_created(in, body->root()["stream"]);
  }
}

namespace {

// What the records of the deployment that serves name.
std::set<std::string> belonging_to(world& in) {
  std::set<std::string> belonging;
  for (const std::string& key : in.store().keys("stream/")) {
    auto record = record_at(in, key);
    if (!record) {
      in.violated("a record that cannot be read: " + key);
      continue;
    }
    // A fold that overtakes the deletion of its stream leaves a record that says so, until it expires.
    if (record->desired.deleted() && in.store().entries().at(key).expires) {
      continue;
    }
    if (record->cloudflare) {
      belonging.insert(record->cloudflare->live_input_id);
    }
    if (record->mux) {
      belonging.insert({record->mux->live_stream_id, record->mux->output_id});
    }
    if (!stands(in, *record) && !in.store().has("intent/" + record->id)) {
      in.violated("a stream is recorded that does not stand, and no intent names it: " + key);
    }
  }
  return belonging;
}

// That nothing is left over of what it made. A test's own objects are the first deployment's.
void check_objects(world& in, const served& last) {
  const std::set<std::string> belonging = belonging_to(in);
  const auto is_ours = [&](const std::string& id) { return in.maker_of(id).value_or(0) == in.deployment(); };
  for (const auto& each : in.mux().live_streams()) {
    if (is_ours(each.id) && !belonging.contains(each.id)) {
      check_leftover(in, "a live stream", each.passthrough, last);
    }
  }
  for (const auto& each : in.cloudflare().live_inputs()) {
    if (!is_ours(each.id)) {
      continue;
    }
    if (!belonging.contains(each.id)) {
      check_leftover(in, "a live input", each.tag, last);
    }
    std::set<std::string> targets;
    for (const auto& output : each.outputs) {
      // Its other outputs are its owner's, and belong to the live input.
      bool at_mux = output.url.contains("mux.com");
      if (at_mux && !belonging.contains(output.id)) {
        check_leftover(in, "an output", each.tag, last);
      }
      if (!targets.insert(output.url + ' ' + output.stream_key).second) {
        check_leftover(in, "a second output to the same", each.tag, last);
      }
    }
  }
}

void check_indexes(world& in) {
  for (const char* prefix : {"by-user/", "by-memorial/"}) {
    for (const std::string& key : in.store().keys(prefix)) {
      std::string id = key.substr(key.rfind('/') + 1);
      if (!in.store().has("stream/" + id) && !in.store().has("intent/" + id)) {
        in.violated("an index names a stream that is not recorded: " + key);
      }
    }
  }
}

void check_intents(world& in, const served& last) {
  bool intended = !in.store().keys("intent/").empty();
  if (intended && denies_leftovers(last)) {
    in.violated("an intent is left, and the answer denies it");
  }
  bool went_wrong =
      std::ranges::any_of(last.steps, [](const step& each) { return each.what != fate::succeeds; });
  if (intended && !went_wrong) {
    in.violated("an intent is left although nothing went wrong");
  }
}

} // namespace

void check_at_rest(world& in, const served& last) {
  const std::size_t served_last = in.deployment();
  for (std::size_t each = 0; each < world::deployments; ++each) {
    in.visit(each);
    check_objects(in, last);
    check_indexes(in);
  }
  in.visit(served_last);
  check_intents(in, last);
}

} // namespace simulation
