// The WebRTC connection to one publisher or viewer: answers an offer, takes candidates, restarts ICE. Wraps
// webrtcbin and brings its callbacks to the main loop.
#pragma once

#include "configuration.h"
#include "edge/http/problem.h"
#include "gst_ptr.h"
#include "ice_fragment.h"
#include "main_loop.h"
#include "offer.h"

#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace relay {

class peer_connection : public std::enable_shared_from_this<peer_connection> {
public:
  using answered = std::function<void(std::expected<std::string, edge::problem>)>;

  // Takes a webrtcbin in a pipeline that has not started yet.
  static std::shared_ptr<peer_connection> make(gst_ptr<GstElement> webrtcbin, const configuration& settings);

  peer_connection(const peer_connection&) = delete;
  peer_connection& operator=(const peer_connection&) = delete;

  // Passes the answer with all candidates, or a problem, to `done`. Call it once, while the pipeline runs.
  void answer(offer&& from, answered done);

  // Adds candidates of the other side.
  void add_candidates(const ice_fragment& fragment);

  // Whether the fragment requests a restart: its credentials differ from those in use.
  [[nodiscard]] bool is_restart(const ice_fragment& fragment) const;
  // Returns our new credentials and candidates, or nullopt if ICE cannot be restarted.
  [[nodiscard]] std::optional<ice_fragment> restart(const ice_fragment& fragment);

  // Changes with each ICE restart: a quoted entity tag (RFC 9725, section 4.3).
  [[nodiscard]] const std::string& etag() const noexcept { return etag_; }
  [[nodiscard]] const std::string& mid() const noexcept { return mid_; }
  [[nodiscard]] bool connected() const noexcept { return connected_; }

private:
  peer_connection(gst_ptr<GstElement> webrtcbin, const configuration& settings);

  using step = void (peer_connection::*)(structure_ptr reply);
  void watch();
  GstPromise* promise(step next);
  void create_answer(structure_ptr reply);
  void set_local(structure_ptr reply);
  void gather(structure_ptr reply);
  void finish();
  void fail();
  void give_up();
  void read_connection();
  [[nodiscard]] bool gathered() const;
  [[nodiscard]] std::string local_description() const;
  void correct(GstSDPMedia* section, const offered_media& offered) const;
  [[nodiscard]] std::string as_seen_from_outside(std::string_view candidate) const;

  gst_ptr<GstElement> bin_;
  std::optional<std::string> rewritten_address_; // the address that a router forwards from
  answered done_;
  timer deadline_;
  std::string etag_;
  std::string mid_;
  std::vector<offered_media> media_;
  std::string remote_ufrag_;
  bool connected_ = false;
};

} // namespace relay
