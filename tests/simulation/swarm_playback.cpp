#include "simulation/swarm_playback.h"

#include "simulation/model_viewer.h"
#include "simulation/swarm_text.h"
#include "streams/model/stream_id.h"

#include <algorithm>
#include <string_view>

namespace simulation {

namespace {

using playback_faults = std::vector<std::string>;

void check_addresses(world& in, const swarm_people& crowd, const std::string& id, playback_faults& found) {
  const std::string address = "/api/streams/" + id;
  for (const char* path : {"/playback", "/recordings"}) {
    const served given = in.serve(crowd.by_administrator("GET", address + path), "");
    if (!given.answer || given.answer->status != 200) {
      found.push_back("a stream cannot be watched by those with a right: " + id);
      continue;
    }
    for (const std::string& each : addresses_in(given.answer->body)) {
      if (const std::string why = refusal_of(in, each); !why.empty()) {
        found.push_back(std::string{"an address does not play: "}.append(why).append(": ").append(each));
      }
    }
  }
}

void check_strangers(world& in, const std::string& id, bool is_private, playback_faults& found) {
  const std::string address = "https://whip.example/api/streams/" + id;
  for (const char* path : {"/playback", "/recordings"}) {
    const served given = in.serve({.method = "GET", .url = address + path, .headers = {}}, "");
    const int status = given.answer ? given.answer->status : 0;
    if (status != (is_private ? 404 : 200)) {
      found.push_back("a stranger is answered as for another visibility: " + id);
    }
  }
}

void check_cloudflare(const world& in, const streams::stream_record& record, bool is_private,
                      playback_faults& found) {
  const std::string about = std::string{is_private ? "private: " : "public: "} + record.id + " ";
  const auto* input = record.cloudflare ? in.cloudflare().find(record.cloudflare->live_input_id) : nullptr;
  if (input && input->is_protected != is_private) {
    found.push_back("a live input is not protected as its stream is " + about + input->id);
  }
  for (const auto& each : in.cloudflare().videos()) {
    if (record.cloudflare && each.live_input_id == record.cloudflare->live_input_id &&
        each.is_protected != is_private) {
      found.push_back("a recording is not protected as its stream is " + about + each.id);
    }
  }
  for (const auto& each : in.cloudflare().made_videos()) {
    if (each.creator == streams::creator_of(record.id) && each.is_protected != is_private) {
      found.push_back("a copy is not protected as its stream is " + about + each.id);
    }
  }
}

void check_playback_ids(const world& in, const std::string& asset, bool is_private, playback_faults& found) {
  const auto all = in.mux().playback_ids_of(asset);
  const std::string_view wanted = is_private ? "signed" : "public";
  if (!std::ranges::contains(all, wanted, &model_mux::playback_id::policy)) {
    found.push_back("a recording has no playback id that is " + std::string{wanted} + ": " + asset);
  }
  if (is_private && std::ranges::contains(all, "public", &model_mux::playback_id::policy)) {
    found.push_back("a private recording has a public playback id: " + asset);
  }
}

void check_mux(const world& in, const streams::stream_record& record, bool is_private, bool is_open,
               playback_faults& found) {
  for (const auto& each : in.mux().live_streams()) {
    if (is_open && record.mux && each.id == record.mux->live_stream_id &&
        each.policy != (is_private ? "signed" : "public")) {
      found.push_back("a live stream plays otherwise than its stream: " + record.id);
    }
  }
  for (const auto& each : in.mux().assets()) {
    if (record.mux && each.live_stream_id == record.mux->live_stream_id) {
      check_playback_ids(in, each.id, is_private, found);
    }
  }
  for (const auto& each : in.mux().made_assets()) {
    if (streams::stream_of_copy(each.passthrough) == record.id) {
      check_playback_ids(in, each.id, is_private, found);
    }
  }
}

} // namespace

void check_playback(world& in, const swarm_people& crowd, const streams::stream_record& record,
                    const json::value& shown, std::vector<std::string>& found) {
  const bool is_private = shown["visibility"].text() == "private";
  const bool is_open = !shown["endedAt"].text().has_value();
  check_addresses(in, crowd, record.id, found);
  check_strangers(in, record.id, is_private, found);
  check_cloudflare(in, record, is_private, found);
  check_mux(in, record, is_private, is_open, found);
}

} // namespace simulation
