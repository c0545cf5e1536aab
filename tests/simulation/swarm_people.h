// The people of the swarm: owners, phones with invites, viewers and an administrator. Each act is one
// request, or something done at a provider, chosen at random among what the person can know.
#pragma once

#include "edge/clock.h"
#include "edge/http/request.h"
#include "edge/http/response.h"
#include "simulation/dice.h"
#include "simulation/swarm_stage.h"
#include "simulation/world.h"

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace simulation {

// What people were told of a stream.
struct known_stream {
  std::string id;
  std::size_t owner = 0;
  bool by_phone = false;
  std::vector<std::string> invites;  // their ids
  std::vector<std::string> tokens;   // of the invites to publish
  std::vector<std::string> viewers;  // tokens of those to watch
  std::vector<std::string> sessions; // addresses of WHIP sessions
  std::vector<std::string> outputs;
  bool is_deleted = false; // the service said so
  bool is_deleted_with_recordings = false;
  bool has_ended = false;
  // Since when nobody without a right may watch it; nullopt if that is not known.
  std::optional<edge::timestamp> private_since;
  std::size_t changes_of_visibility = 0; // that were asked for
};

// A request of somebody, and what they learn from its answer.
struct asked {
  std::string what; // in words
  edge::request request;
  std::string body;
  std::function<void(const edge::response&)> learn = [](const edge::response&) {};
};

class swarm_people {
public:
  swarm_people(world& around, swarm_stage& of) : around_(around), stage_(of) {}

  // Somebody does something that has this name. Nullopt if it needed no request.
  std::optional<asked> act(const std::string& name, dice& chance);

  [[nodiscard]] const std::vector<known_stream>& streams() const { return streams_; }
  // A request of the administrator, who may manage every stream.
  [[nodiscard]] edge::request by_administrator(std::string_view method, const std::string& path) const;

private:
  struct context {
    std::string name;
    dice& chance;
    std::size_t at; // the stream it is about
  };
  using doing = std::optional<asked> (swarm_people::*)(const context&);
  struct entry {
    std::uint32_t weight;
    doing what;
  };
  static const std::vector<entry>& acts();

  std::optional<asked> create_for_phone(const context& with);
  std::optional<asked> create_for_encoder(const context& with);
  std::optional<asked> create_at_mux(const context& with);
  std::optional<asked> create_once(const context& with);
  std::optional<asked> create_for_memorial(const context& with);
  std::optional<asked> create_private(const context& with);
  std::optional<asked> list(const context& with);
  std::optional<asked> read(const context& with);
  std::optional<asked> rename(const context& with);
  std::optional<asked> end(const context& with);
  std::optional<asked> remove(const context& with);
  std::optional<asked> rotate(const context& with);
  std::optional<asked> read_credentials(const context& with);
  std::optional<asked> switch_backup(const context& with);
  std::optional<asked> add_output(const context& with);
  std::optional<asked> switch_output(const context& with);
  std::optional<asked> remove_output(const context& with);
  std::optional<asked> invite(const context& with);
  std::optional<asked> revoke(const context& with);
  std::optional<asked> go_live_by_invite(const context& with);
  std::optional<asked> go_live_as_owner(const context& with);
  std::optional<asked> return_to_session(const context& with);
  std::optional<asked> restart_ice(const context& with);
  std::optional<asked> leave(const context& with);
  std::optional<asked> lose_connection(const context& with);
  std::optional<asked> stop_phone(const context& with);
  std::optional<asked> start_encoder(const context& with);
  std::optional<asked> stop_encoder(const context& with);
  std::optional<asked> watch(const context& with);
  std::optional<asked> watch_as_stranger(const context& with);
  std::optional<asked> watch_by_invite(const context& with);
  std::optional<asked> invite_viewer(const context& with);
  std::optional<asked> change_visibility(const context& with);
  std::optional<asked> look_around(const context& with);
  std::optional<asked> delete_recording(const context& with);
  std::optional<asked> clip(const context& with);

  static constexpr std::size_t owners = 2;
  static std::string_view name_of_owner(std::size_t owner);
  asked look(const context& with, std::string who, std::string authorization);
  asked refused_if_private(const context& with, asked made);
  asked create(const context& with, std::string what, const std::string& path, std::string body,
               std::string key = {});
  // Of the owner, to a path below the stream's own.
  asked by_owner(const context& with, std::string what, std::string_view method, const std::string& path,
                 std::string body = {});
  [[nodiscard]] edge::request request_of(std::string_view subject, std::string_view method,
                                         const std::string& path, bool is_admin = false) const;
  asked publish(const context& with, std::string what, const std::string& path, std::string authorization);
  void learn_of_stream(const edge::response& answer, std::size_t owner, const std::string& key);
  // The id of a recording that the providers have of it; empty without one.
  [[nodiscard]] std::string recording_of(const context& with) const;
  known_stream& stream(const context& with) { return streams_[with.at]; }

  world& around_;
  swarm_stage& stage_;
  std::vector<known_stream> streams_;
  struct made_once {
    std::string id;
    edge::timestamp at;
  };
  std::map<std::string, made_once> made_for_key_;
};

} // namespace simulation
