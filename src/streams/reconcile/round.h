// One run of reconcile: its budget at the providers, and what it has done.
#pragma once

#include "cloudflare/api.h"
#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"
#include "mux/api.h"
#include "streams/reconcile/memory.h"
#include "streams/settings/settings.h"
#include "streams/store/store.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace streams {

// What a run has done, in numbers, for the log.
struct reconcile_counts {
  std::uint32_t creations_completed = 0;
  std::uint32_t creations_undone = 0;
  std::uint32_t streams_checked = 0; // for missed webhooks
  std::uint32_t facts_found = 0;     // that webhooks had missed
  std::uint32_t changes_completed = 0;
  std::uint32_t backups_attached = 0;
  std::uint32_t copies_advanced = 0; // streams whose copies and uploads came further
  std::uint32_t orphans_deleted = 0;
  std::uint32_t failures = 0; // the next run tries again
  std::uint32_t left = 0;     // not begun, or cut short, because their share of the calls was used up
  std::uint32_t woken = 0;    // rooms whose alarm may be lost, or whose stream has its turn to be looked at
  std::uint32_t foreign = 0;  // objects of other deployments with the same name, in the lists of this run
  std::string_view stopped;   // why the sweep deleted nothing; empty if it may delete
  std::optional<edge::error> last_failure = std::nullopt;
};

// Whose API an address belongs to. What viewers ask too, such as the playback host, is neither.
enum class provider : std::uint8_t { cloudflare, mux, none };

// The kinds of repair in a run, in their order.
enum class repair : std::uint8_t { creations, changes, backups, checks, copies, sweep };

// What a run found of a stream's live streams. If it could not read all of Mux's list that may hold them, and
// found none, the next run goes on where this one ended.
struct found_live_streams {
  std::vector<mux::live_stream> live_streams;
  bool is_complete = true;

  // Fails with out_of_time unless it is complete.
  [[nodiscard]] edge::status completeness() const;
};

// The budget of one run, and what its steps share. It is the gate of its host, so it bounds every call to a
// provider during the run.
class reconcile_round final : public edge::gate {
public:
  // A run begins every minute at most, so the first is a rate: 200 calls in five minutes, of the 1,200 that
  // Cloudflare allows. A Worker on the free plan may make 50 in a run. Mux allows one POST and five other
  // calls a second: these gaps keep to 80 % of that, whatever came just before. The alarms of many rooms
  // share both limits by a pace for each provider (binding PACES): at Cloudflare 480 calls at once and 480
  // more in each five minutes, so that together they keep to 80 % as well.
  static constexpr std::size_t call_budget = 40;
  static constexpr edge::milliseconds gap_at_mux{250};
  static constexpr edge::milliseconds gap_between_posts_at_mux{1250};
  static constexpr edge::milliseconds gap_at_cloudflare{625};
  static constexpr std::uint32_t burst_at_cloudflare = 480;
  static constexpr std::chrono::seconds time_budget{45};
  // How much of both budgets may be used when each kind of repair ends. What one leaves goes to the next, and
  // none can use up the share of those after it.
  static constexpr std::array<std::size_t, 6> call_shares{10, 16, 22, 28, 34, call_budget};
  // A run looks for live streams by their tag on that many pages of Mux's list, at a hundred each, and no
  // further back than they can have been created.
  static constexpr std::uint32_t most_pages = 4;

  // All must outlive this.
  reconcile_round(edge::host& host, const streams::settings& with, reconcile_memory& memory);
  reconcile_round(const reconcile_round&) = delete;
  reconcile_round& operator=(const reconcile_round&) = delete;
  ~reconcile_round() { host_.set_gate(nullptr); }

  [[nodiscard]] edge::host& host() { return host_; }
  [[nodiscard]] const streams::settings& settings() const { return settings_; }
  // This deployment in tags; empty while it is unknown.
  [[nodiscard]] const std::string& deployment() const { return deployment_; }
  // Takes it from what KV holds, or makes it.
  edge::task<void> learn_deployment(std::string_view stored);
  [[nodiscard]] edge::timestamp deadline() const { return deadline_; }
  [[nodiscard]] streams::store& store() { return store_; }
  [[nodiscard]] cloudflare::api& cloudflare() { return cloudflare_; }
  // Only when has_mux().
  [[nodiscard]] mux::api& mux() { return *mux_; } // NOLINT(bugprone-unchecked-optional-access)
  [[nodiscard]] bool has_mux() const { return mux_.has_value(); }
  [[nodiscard]] reconcile_counts& counts() { return counts_; }

  // Whether an incomplete or orphaned object of that age may be deleted.
  [[nodiscard]] bool is_past_grace(edge::timestamp created) const {
    return created + settings_.grace <= host_.now();
  }
  // Whether no request can still be at work on what was asked for then.
  [[nodiscard]] bool is_abandoned(edge::timestamp asked) const {
    return asked + std::min(settings_.grace, streams::settings::longest_request) <= host_.now();
  }
  // From here on, calls count for this kind of repair.
  void begin(repair what);
  // Whether the shares of this kind of repair and those before it are spent.
  [[nodiscard]] bool is_spent() const { return calls_ >= most_calls_ || host_.now() >= until_; }
  // Counts what failed. What ran out of its share is left for the next run, and is no failure.
  void count_failure(const edge::error& why);
  void count_left(std::size_t how_many) { counts_.left += static_cast<std::uint32_t>(how_many); }

  // The live streams of that stream with that tag; empty when this deployment has no Mux.
  edge::task<edge::outcome<found_live_streams>> find_live_streams(std::string_view tag,
                                                                  std::string_view stream_id);
  // Deletes the live input's outputs that feed one of these live streams, and all but one of those that send
  // to the same place: a call may take effect after it was given up and repeated. `kept` stays, and what else
  // the owner added.
  edge::task<edge::status> remove_spare_outputs(std::string_view live_input_id, std::string_view kept = {},
                                                std::span<const mux::live_stream> live_streams = {});

  // edge::gate: fails with out_of_time when the budget is spent, or when the provider has failed in this run:
  // it is left alone until the next.
  edge::task<edge::status> admit(const edge::operation::fetch& call) override;
  void learn(std::string_view url, const edge::outcome<edge::operation::fetch::result>& outcome) override;

private:
  [[nodiscard]] provider provider_of(std::string_view url) const;
  // Fails with out_of_time when the turn would come after this kind of repair has ended.
  edge::task<edge::status> await_turn(std::string_view pace, edge::milliseconds gap, std::uint32_t burst = 1);

  edge::host& host_;
  const streams::settings& settings_;
  reconcile_memory& memory_;
  std::string deployment_;
  edge::timestamp begun_;
  edge::timestamp deadline_;
  edge::timestamp until_;
  std::size_t most_calls_ = call_budget;
  streams::store store_;
  cloudflare::api cloudflare_;
  std::optional<mux::api> mux_;
  std::size_t calls_ = 0;
  std::array<bool, 3> failing_{};
  edge::timestamp next_at_mux_;
  edge::timestamp next_post_at_mux_;
  reconcile_counts counts_;
};

} // namespace streams
