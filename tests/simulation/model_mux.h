// The part of Mux that the Worker uses: live streams and their recordings.
#pragma once

#include "edge/clock.h"
#include "edge/operation.h"
#include "json/writer.h"
#include "simulation/dice.h"
#include "simulation/quirks.h"
#include "simulation/secret_book.h"

#include <iterator>
#include <map>
#include <string>
#include <vector>

namespace simulation {

class model_mux {
public:
  struct live_stream {
    std::string id;
    std::string stream_key;
    std::string playback_id;
    std::string passthrough;
    edge::timestamp created;
    bool enabled = true;
    std::string policy = "public"; // of its playback id, and of what it records
  };
  // One broadcast that was received and recorded.
  struct asset {
    std::string id;
    std::string live_stream_id;
    std::string playback_id;
    edge::timestamp begun;
    edge::timestamp ended;
  };

  // One that was made of a file. It is ready after two minutes.
  struct made_asset {
    std::string id;
    std::string passthrough;
    std::string source;
    edge::timestamp made;
  };
  // Who may play an asset by it: everybody, or those with a token ("signed").
  struct playback_id {
    std::string id;
    std::string policy;
  };

  static constexpr std::string_view address = "https://api.mux.com";

  model_mux(dice& chance, secret_book& secrets, const quirks& faults, const edge::timestamp& now,
            std::string authorization)
      : chance_(chance), secrets_(secrets), quirks_(faults), now_(now),
        authorization_(std::move(authorization)) {}

  edge::operation::fetch::result carry_out(const edge::operation::fetch& call);

  [[nodiscard]] const std::vector<live_stream>& live_streams() const { return live_streams_; }
  // One more, made earlier than all others.
  void add_oldest(live_stream what) { live_streams_.insert(live_streams_.begin(), std::move(what)); }
  void add(std::vector<live_stream> what) {
    live_streams_.insert(live_streams_.end(), std::make_move_iterator(what.begin()),
                         std::make_move_iterator(what.end()));
  }

  // A broadcast takes place now or later; the API reports it for any time at which it runs.
  void broadcast(asset what);
  // Those that were not deleted.
  [[nodiscard]] const std::vector<asset>& assets() const { return assets_; }

  std::vector<asset>& assets() { return assets_; }
  std::vector<made_asset>& made_assets() { return made_; }
  [[nodiscard]] const std::vector<made_asset>& made_assets() const { return made_; }
  // Of an asset or a made one, the oldest first; empty if it has none.
  [[nodiscard]] std::vector<playback_id> playback_ids_of(std::string_view asset) const;

private:
  edge::operation::fetch::result below_asset(std::string_view path, const edge::operation::fetch& call);
  [[nodiscard]] json::array view_of_playback_ids(std::string_view asset) const;
  [[nodiscard]] json::object view_of(const asset& of) const;
  edge::operation::fetch::result make_asset(const edge::operation::fetch& call);
  [[nodiscard]] json::object view_of(const made_asset& of) const;
  [[nodiscard]] json::object view_with_master(const asset& of) const;
  edge::operation::fetch::result create(const edge::operation::fetch& call);
  [[nodiscard]] edge::operation::fetch::result list(const edge::operation::fetch& call) const;
  [[nodiscard]] edge::operation::fetch::result give_one(std::string_view id) const;
  [[nodiscard]] json::object view_of(const live_stream& of) const;
  edge::operation::fetch::result remove(std::string_view id);
  edge::operation::fetch::result below_stream(std::string_view path, std::string_view method);
  edge::operation::fetch::result of_assets(std::string_view id, const edge::operation::fetch& call);
  // Whether it existed.
  bool end_broadcast(std::string_view live_stream_id);

  dice& chance_;
  secret_book& secrets_;
  const quirks& quirks_;
  const edge::timestamp& now_;
  std::string authorization_;
  std::vector<live_stream> live_streams_;
  std::vector<asset> assets_;
  std::vector<made_asset> made_;
  std::map<std::string, std::vector<playback_id>, std::less<>> playback_ids_; // by asset
  std::map<std::string, edge::timestamp, std::less<>> masters_; // by asset: when it was asked for
};

} // namespace simulation
