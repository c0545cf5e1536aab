// The part of Cloudflare Stream that the Worker uses: live inputs with their outputs and recordings, and the
// idempotency key of a creation.
#pragma once

#include "edge/clock.h"
#include "edge/operation.h"
#include "json/writer.h"
#include "simulation/dice.h"
#include "simulation/quirks.h"
#include "simulation/secret_book.h"

#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace simulation {

class model_cloudflare {
public:
  struct output {
    std::string id;
    std::string url;
    std::string stream_key;
    bool enabled = true;
  };
  // One broadcast that was received and recorded.
  struct video {
    std::string id;
    std::string live_input_id;
    edge::timestamp begun;
    edge::timestamp ended;
    bool stuck = false;        // it is never more than "live-inprogress"
    bool is_protected = false; // only with a token
  };
  // One that was copied from an address. It is ready after two minutes.
  struct made_video {
    std::string id;
    std::string creator;
    std::string of;
    std::string source; // empty once its meta does not show it any more
    edge::timestamp made;
    bool fails = false;
    bool is_protected = false;
  };
  struct live_input {
    std::string id;
    std::string tag;
    std::string whip_secret;
    std::string rtmps_key;
    std::string srt_passphrase;
    std::vector<output> outputs;
    edge::timestamp created;
    bool enabled = true;
    bool is_protected = false; // and what it records from now on

    [[nodiscard]] std::string whip_url() const;
  };

  // Where media plays: an id or a token, and a path, follow.
  static constexpr std::string_view playback = "https://customer-m033z5x00ks6nunl.cloudflarestream.com/";
  static constexpr std::string_view address = "https://api.cloudflare.com/client/v4";
  static constexpr std::string_view account = "0123456789abcdef0123456789abcdef";

  model_cloudflare(dice& chance, secret_book& secrets, const quirks& faults, const edge::timestamp& now,
                   std::string authorization)
      : chance_(chance), secrets_(secrets), quirks_(faults), now_(now),
        authorization_(std::move(authorization)) {}

  edge::operation::fetch::result carry_out(const edge::operation::fetch& call);

  [[nodiscard]] const std::vector<live_input>& live_inputs() const { return live_inputs_; }
  void add(std::vector<live_input> what) {
    live_inputs_.insert(live_inputs_.end(), std::make_move_iterator(what.begin()),
                        std::make_move_iterator(what.end()));
  }
  [[nodiscard]] const live_input* find(std::string_view id) const;

  // A broadcast takes place now or later; the API reports it for any time at which it runs.
  void broadcast(video what);
  // Those that were not deleted.
  [[nodiscard]] const std::vector<video>& videos() const { return videos_; }
  std::vector<video>& videos() { return videos_; }

  std::vector<made_video>& made_videos() { return made_; }
  [[nodiscard]] const std::vector<made_video>& made_videos() const { return made_; }
  // From now on copies and clips fail at Cloudflare, or do not.
  void break_copies(bool fail = true) { copies_fail_ = fail; }

private:
  edge::operation::fetch::result copy(const edge::operation::fetch& call);
  edge::operation::fetch::result clip(const edge::operation::fetch& call);
  [[nodiscard]] edge::operation::fetch::result list_made(std::string_view creator) const;
  edge::operation::fetch::result of_video(std::string_view id, std::string_view rest,
                                          const edge::operation::fetch& call);
  edge::operation::fetch::result create(const edge::operation::fetch& call);
  [[nodiscard]] edge::operation::fetch::result list() const;
  edge::operation::fetch::result remove(std::string_view id);
  edge::operation::fetch::result change(live_input& input, const edge::operation::fetch& call);
  edge::operation::fetch::result disable(live_input& input);
  edge::operation::fetch::result rotate_keys(live_input& input);
  [[nodiscard]] edge::operation::fetch::result list_videos(std::string_view input) const;
  edge::operation::fetch::result remove_video(std::string_view id);
  edge::operation::fetch::result downloads_of(std::string_view id, const edge::operation::fetch& call);
  edge::operation::fetch::result create_output(live_input& input, const edge::operation::fetch& call);
  edge::operation::fetch::result change_output(live_input& input, std::string_view id,
                                               const edge::operation::fetch& call);
  edge::operation::fetch::result below_input(std::string_view path, const edge::operation::fetch& call);
  [[nodiscard]] std::optional<json::object> status_of(std::string_view input) const;
  [[nodiscard]] json::object view_of(const live_input& input, bool with_id = true) const;
  [[nodiscard]] json::object answer_to_creation(const live_input& made) const;
  void draw_secrets(live_input& of);

  dice& chance_;
  secret_book& secrets_;
  const quirks& quirks_;
  const edge::timestamp& now_;
  std::string authorization_;
  std::vector<live_input> live_inputs_;
  std::vector<video> videos_;
  std::vector<made_video> made_;
  std::map<std::string, edge::timestamp, std::less<>> downloads_; // by video: when it was asked for
  bool copies_fail_ = false;
  std::map<std::string, std::string, std::less<>> made_for_key_; // idempotency key to live input
};

} // namespace simulation
