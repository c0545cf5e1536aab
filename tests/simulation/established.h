// An existing stream, next to another user's that must not change: requests of its owner, and whether
// everything reported about it is true.
#pragma once

#include "edge/http/request.h"
#include "simulation/world.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace simulation {

enum class plan : std::uint8_t { cloudflare, mux };

// Creates a stream with that plan, as its owner would with an encoder, and returns its id.
std::string make_stream(world& around, plan how, const course& course = {});

// Adds so many copies, somebody else's, of the only stream there is, with everything that belongs to it.
void multiply(world& around, std::size_t count);

// A request of the owner to the stream's own path or to one below it.
served ask(world& around, std::string_view method, const std::string& id_and_path,
           const std::string& body = {}, const course& how = {});

class established {
public:
  // With the first plan, it has a backup at Mux and one output of its owner.
  explicit established(plan how = plan::cloudflare);

  world& around() { return around_; }
  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const std::string& output() const { return output_; }

  // A broadcast runs from now on for this long; all webhooks are lost.
  void broadcast(std::chrono::seconds length);

  // A request of the owner to a path below the stream's own.
  served ask(std::string_view method, const std::string& path, const std::string& body = {},
             const course& how = {});
  // The response to the owner, as JSON; empty if not found.
  std::string shown(const std::string& path = {});

  // Runs the schedule repeatedly until nothing is pending.
  void reconcile_until_quiet();

  // Everything that is wrong, however far the requested changes have come: what is shown is true at the
  // providers, a deletion has left nothing but recordings, and the other stream is unchanged. Right after a
  // request, work may still be pending.
  std::vector<std::string> faults(bool with_recordings_deleted = false);

  // The stream's objects at the provider, if they exist.
  [[nodiscard]] const model_cloudflare::live_input* live_input() const;
  [[nodiscard]] const model_mux::live_stream* live_stream() const;
  // How many outputs send to that address.
  [[nodiscard]] std::ptrdiff_t outputs_to(std::string_view url) const;
  [[nodiscard]] bool deleted() const { return around_.store().has("fact/stream/" + id_ + "/deleted"); }
  [[nodiscard]] std::size_t recordings() const;

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

// A course in which that operation has that fate, once, or it and all later ones. A Worker is killed only
// once.
course troubled(std::size_t number, fate what, bool for_ever, bool others_take_effect = false);

} // namespace simulation
