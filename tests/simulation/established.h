// A stream that has been made, beside one of somebody's that nothing may happen to: what its owner asks of it
// later, and whether all that is said of it is so.
#pragma once

#include "edge/http/request.h"
#include "simulation/world.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace simulation {

enum class plan : std::uint8_t { cloudflare, mux };

// Makes a stream of that plan, as its owner would with an encoder, and gives its id.
std::string make_stream(world& around, plan how, const course& course = {});

// A request of the owner's, to that address below a stream's own, or to it.
served ask(world& around, std::string_view method, const std::string& id_and_path,
           const std::string& body = {}, const course& how = {});

class established {
public:
  // Of the first plan it has a backup at Mux, and one output of its owner's.
  explicit established(plan how = plan::cloudflare);

  world& around() { return around_; }
  const std::string& id() const { return id_; }
  const std::string& output() const { return output_; }

  // Somebody broadcasts into it from now on for so long; webhooks are all lost.
  void broadcast(std::chrono::seconds length);

  // A request of its owner's, to an address below the stream's own.
  served ask(std::string_view method, const std::string& path, const std::string& body = {},
             const course& how = {});
  // What the owner is shown below the stream's own address, as JSON; empty where it is not found.
  std::string shown(const std::string& path = {});

  // Runs the schedule at times, until nothing is left to be done.
  void reconcile_until_quiet();

  // Everything that is amiss, however far what was asked for has come: what is shown is so at the providers,
  // what was deleted has left nothing but its recordings, and of the other stream everything is as it was.
  // Right after a request something may be left to be done.
  std::vector<std::string> faults(bool with_recordings_deleted = false);

  // What there is of it at the providers; nothing where it is not there.
  const model_cloudflare::live_input* live_input() const;
  const model_mux::live_stream* live_stream() const;
  // How often it is sent on to that address.
  std::ptrdiff_t outputs_to(std::string_view url) const;
  bool deleted() const { return around_.store().has("fact/stream/" + id_ + "/deleted"); }
  std::size_t recordings() const;

private:
  std::string text_of_bystander();
  void check_deleted(std::vector<std::string>& faults, bool with_recordings) const;
  void check_shown(std::vector<std::string>& faults);

  world around_{7};
  std::string id_;
  std::string live_input_;
  std::string live_stream_;
  std::string output_;
  std::string bystander_;
  std::string bystander_as_it_was_;
  std::size_t recordings_ = 0;
};

// A course on which that operation has that fate, once or it and all after it; a Worker is killed only once.
course troubled(std::size_t number, fate what, bool for_ever, bool others_take_effect = false);

} // namespace simulation
