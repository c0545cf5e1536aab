#include "simulation/swarm_people.h"

#include "simulation/deployment.h"
#include "simulation/swarm_text.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace simulation {

namespace {

constexpr std::string_view administrator = "office@funeral.example";

} // namespace

std::string_view swarm_people::name_of_owner(std::size_t owner) {
  constexpr std::array<std::string_view, owners> all{user, "celebrant@chapel.example"};
  return all.at(owner);
}

const std::vector<swarm_people::entry>& swarm_people::acts() {
  static const std::vector<entry> all{{4, &swarm_people::create_for_phone},
                                      {3, &swarm_people::create_for_encoder},
                                      {1, &swarm_people::create_at_mux},
                                      {3, &swarm_people::create_once},
                                      {2, &swarm_people::create_for_memorial},
                                      {3, &swarm_people::create_private},
                                      {1, &swarm_people::list},
                                      {2, &swarm_people::read},
                                      {2, &swarm_people::rename},
                                      {2, &swarm_people::end},
                                      {2, &swarm_people::remove},
                                      {2, &swarm_people::rotate},
                                      {1, &swarm_people::read_credentials},
                                      {2, &swarm_people::switch_backup},
                                      {2, &swarm_people::add_output},
                                      {1, &swarm_people::switch_output},
                                      {1, &swarm_people::remove_output},
                                      {3, &swarm_people::invite},
                                      {1, &swarm_people::revoke},
                                      {5, &swarm_people::go_live_by_invite},
                                      {3, &swarm_people::go_live_as_owner},
                                      {3, &swarm_people::return_to_session},
                                      {1, &swarm_people::restart_ice},
                                      {2, &swarm_people::leave},
                                      {2, &swarm_people::lose_connection},
                                      {1, &swarm_people::stop_phone},
                                      {6, &swarm_people::start_encoder},
                                      {2, &swarm_people::stop_encoder},
                                      {3, &swarm_people::watch},
                                      {2, &swarm_people::watch_as_stranger},
                                      {2, &swarm_people::watch_by_invite},
                                      {2, &swarm_people::invite_viewer},
                                      {3, &swarm_people::change_visibility},
                                      {3, &swarm_people::look_around},
                                      {1, &swarm_people::delete_recording},
                                      {2, &swarm_people::clip}};
  return all;
}

std::optional<asked> swarm_people::act(const std::string& name, dice& chance) {
  if (streams_.empty()) {
    return create_for_phone({.name = name, .chance = chance, .at = 0});
  }
  std::uint32_t sum = 0;
  for (const entry& each : acts()) {
    sum += each.weight;
  }
  std::uint32_t drawn = chance.below(sum);
  auto chosen = acts().begin();
  while (drawn >= chosen->weight) {
    drawn -= chosen->weight;
    ++chosen;
  }
  const auto many = static_cast<std::uint32_t>(streams_.size());
  auto at = chance.below(many);
  // Seldom one that is gone.
  at = streams_[at].is_deleted ? chance.below(many) : at;
  return (this->*chosen->what)({.name = name, .chance = chance, .at = at});
}

edge::request swarm_people::request_of(std::string_view subject, std::string_view method,
                                       const std::string& path, bool is_admin) const {
  return {.method = std::string{method},
          .url = "https://whip.example" + path,
          .headers = {{"authorization", bearer(around_.now(), around_.secrets(), subject, is_admin)},
                      {"content-type", "application/json"}}};
}

edge::request swarm_people::by_administrator(std::string_view method, const std::string& path) const {
  return request_of(administrator, method, path, true);
}

asked swarm_people::by_owner(const context& with, std::string what, std::string_view method,
                             const std::string& path, std::string body) {
  const known_stream& of = stream(with);
  return {.what = "the owner of stream " + of.id + " " + std::move(what),
          .request = request_of(name_of_owner(of.owner), method, "/api/streams/" + of.id + path),
          .body = std::move(body)};
}

std::optional<asked> swarm_people::list(const context& with) {
  asked made = by_owner(with, "lists streams", "GET", "");
  made.request.url = "https://whip.example/api/streams?limit=5";
  return made;
}

std::optional<asked> swarm_people::read(const context& with) { return by_owner(with, "reads it", "GET", ""); }

std::optional<asked> swarm_people::rename(const context& with) {
  return by_owner(with, "renames it", "PATCH", "",
                  R"({"title":")" + with_number("A title ", with.chance, 100) + "\"}");
}

std::optional<asked> swarm_people::end(const context& with) {
  asked made = by_owner(with, "ends it", "POST", "/end");
  made.learn = [this, at = with.at](const edge::response& answer) {
    streams_[at].has_ended = streams_[at].has_ended || answer.status < 300;
  };
  return made;
}

std::optional<asked> swarm_people::remove(const context& with) {
  const bool with_recordings = with.chance.one_in(2);
  asked made = by_owner(with, with_recordings ? "deletes it with its recordings" : "deletes it", "DELETE",
                        with_recordings ? "?recordings=true" : "");
  made.learn = [this, at = with.at, with_recordings](const edge::response& answer) {
    if (answer.status < 300) {
      streams_[at].is_deleted = true;
      streams_[at].is_deleted_with_recordings = streams_[at].is_deleted_with_recordings || with_recordings;
    }
  };
  return made;
}

std::optional<asked> swarm_people::rotate(const context& with) {
  return by_owner(with, "has new credentials made", "POST", "/credentials/rotate");
}

std::optional<asked> swarm_people::read_credentials(const context& with) {
  return by_owner(with, "reads the credentials", "GET", "/credentials");
}

std::optional<asked> swarm_people::switch_backup(const context& with) {
  const bool is_on = with.chance.one_in(2);
  return by_owner(with, is_on ? "switches the backup on" : "switches the backup off", "PUT", "/simulcast",
                  is_on ? R"({"enabled":true})" : R"({"enabled":false})");
}

std::optional<asked> swarm_people::add_output(const context& with) {
  const std::string key = with_number("key-of-the-owner-", with.chance, 3);
  asked made = by_owner(with, "adds an output", "POST", "/outputs",
                        R"({"url":"rtmps://live.example/app","streamKey":")" + key + "\"}");
  made.learn = [this, at = with.at](const edge::response& answer) {
    if (auto id = text_in(answer, {"output", "id"}); !id.empty()) {
      streams_[at].outputs.push_back(std::move(id));
    }
  };
  return made;
}

std::optional<asked> swarm_people::switch_output(const context& with) {
  if (stream(with).outputs.empty()) {
    return by_owner(with, "lists outputs", "GET", "/outputs");
  }
  return by_owner(with, "switches an output", "PATCH",
                  "/outputs/" + one_of(with.chance, stream(with).outputs),
                  with.chance.one_in(2) ? R"({"enabled":true})" : R"({"enabled":false})");
}

std::optional<asked> swarm_people::remove_output(const context& with) {
  if (stream(with).outputs.empty()) {
    return by_owner(with, "lists outputs", "GET", "/outputs");
  }
  return by_owner(with, "removes an output", "DELETE",
                  "/outputs/" + one_of(with.chance, stream(with).outputs));
}

std::optional<asked> swarm_people::invite(const context& with) {
  asked made = by_owner(with, "invites a phone", "POST", "/invites", R"({"expiresIn":7200})");
  made.learn = [this, at = with.at](const edge::response& answer) {
    if (answer.status == 201) {
      streams_[at].invites.push_back(text_in(answer, {"invite", "id"}));
      streams_[at].tokens.push_back(text_in(answer, {"invite", "token"}));
    }
  };
  return made;
}

std::optional<asked> swarm_people::revoke(const context& with) {
  if (stream(with).invites.empty()) {
    return by_owner(with, "lists invites", "GET", "/invites");
  }
  return by_owner(with, "revokes an invite", "DELETE",
                  "/invites/" + one_of(with.chance, stream(with).invites));
}

asked swarm_people::publish(const context& with, std::string what, const std::string& path,
                            std::string authorization) {
  asked made{.what = std::move(what) + " stream " + stream(with).id,
             .request = {.method = "POST",
                         .url = "https://whip.example" + path,
                         .headers = {{"content-type", "application/sdp"}}},
             .body = "v=0"};
  if (!authorization.empty()) {
    made.request.headers.add("authorization", std::move(authorization));
  }
  made.learn = [this, at = with.at](const edge::response& answer) {
    if (answer.status == 201) {
      streams_[at].sessions.emplace_back(answer.headers.find("location").value_or(""));
    }
  };
  return made;
}

std::optional<asked> swarm_people::go_live_by_invite(const context& with) {
  if (stream(with).tokens.empty()) {
    return invite(with);
  }
  return publish(with, "an invited phone goes live with", "/api/streams/" + stream(with).id + "/whip",
                 "Bearer " + one_of(with.chance, stream(with).tokens));
}

std::optional<asked> swarm_people::go_live_as_owner(const context& with) {
  const edge::request owner = request_of(name_of_owner(stream(with).owner), "POST", "");
  return publish(with, "the owner goes live with", "/api/streams/" + stream(with).id + "/whip",
                 std::string{owner.headers.find("authorization").value_or("")});
}

std::optional<asked> swarm_people::return_to_session(const context& with) {
  if (stream(with).sessions.empty()) {
    return go_live_as_owner(with);
  }
  return publish(with, "a phone returns to", one_of(with.chance, stream(with).sessions), "");
}

std::optional<asked> swarm_people::restart_ice(const context& with) {
  if (stream(with).sessions.empty()) {
    return go_live_as_owner(with);
  }
  asked made = publish(with, "a phone sends candidates for", stream(with).sessions.back(), "");
  made.request.method = "PATCH";
  made.request.headers = {{"content-type", "application/trickle-ice-sdpfrag"}, {"if-match", "\"1\""}};
  made.body = "a=ice-ufrag:abcd";
  return made;
}

std::optional<asked> swarm_people::leave(const context& with) {
  if (stream(with).sessions.empty()) {
    return read(with);
  }
  asked made = publish(with, "a phone leaves", stream(with).sessions.back(), "");
  made.request.method = "DELETE";
  return made;
}

std::optional<asked> swarm_people::lose_connection(const context& with) {
  const auto open = around_.whip().open();
  if (!open.empty()) {
    around_.whip().lose(one_of(with.chance, open).url);
  }
  return std::nullopt;
}

std::optional<asked> swarm_people::stop_phone(const context& with) {
  return by_owner(with, "stops the phone", "DELETE", "/whip");
}

std::optional<asked> swarm_people::start_encoder(const context& with) {
  constexpr std::uint32_t longest_in_minutes = 150;
  if (!stream(with).by_phone) {
    stage_.begin(with.name, stream(with).id, std::chrono::minutes{1 + with.chance.below(longest_in_minutes)});
  }
  return std::nullopt;
}

std::optional<asked> swarm_people::stop_encoder(const context& with) {
  stage_.stop(stream(with).id);
  return std::nullopt;
}

std::optional<asked> swarm_people::look_around(const context& with) {
  constexpr std::array<std::string_view, 5> paths{"", "/activity", "/events", "/status", "/outputs"};
  const std::string_view path = paths.at(with.chance.below(paths.size()));
  return asked{.what = "the administrator looks at stream " + stream(with).id,
               .request = by_administrator("GET", "/api/streams/" + stream(with).id + std::string{path}),
               .body = {}};
}

std::string swarm_people::recording_of(const context& with) const {
  std::vector<std::string> all;
  const std::string& id = streams_[with.at].id;
  for (const auto& each : recordings_of(around_, id)) {
    all.push_back(each);
  }
  return all.empty() ? std::string{} : one_of(with.chance, all);
}

std::optional<asked> swarm_people::delete_recording(const context& with) {
  const std::string recording = recording_of(with);
  return recording.empty() ? read(with)
                           : by_owner(with, "deletes a recording", "DELETE", "/recordings/" + recording);
}

std::optional<asked> swarm_people::clip(const context& with) {
  const std::string recording = recording_of(with);
  return recording.empty()
             ? read(with)
             : by_owner(with, "trims a recording", "POST", "/recordings/" + recording + "/clips",
                        R"({"startSeconds":5,"endSeconds":40})");
}

} // namespace simulation
