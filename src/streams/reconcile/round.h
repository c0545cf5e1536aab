// What a run of the schedule has done, in numbers: for the log.
#pragma once

#include "cloudflare/api.h"
#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"
#include "mux/api.h"
#include "streams/model/settings.h"
#include "streams/store/store.h"

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>
#include <vector>

namespace streams {

struct reconcile_counts {
  std::uint32_t finished = 0;  // half-made streams
  std::uint32_t undone = 0;    // likewise
  std::uint32_t looked_at = 0; // streams, for what was missed of them
  std::uint32_t facts = 0;     // that were missed, and found
  std::uint32_t completed = 0; // streams of which what was asked was done
  std::uint32_t attached = 0;  // backups
  std::uint32_t orphans = 0;   // objects of ours that belonged to no stream, removed
  std::uint32_t failures = 0;  // what did not work; the next run comes to it again
};

// One run of the schedule: what it may spend at the providers, and what came of it. For the parts of
// reconcile. It is the gate of its host: whoever calls a provider during the run, this is what bounds it.

enum class provider : std::uint8_t { cloudflare, mux };

class reconcile_round final : public edge::gate {
public:
  // A run begins every minute at most, so the first is a rate: 200 calls in five minutes, of the 1,200 that
  // Cloudflare takes. A Worker of the free plan may make 50 in a run. Mux takes one POST a second and five
  // other calls: these gaps keep to four fifths of that, whatever came just before.
  static constexpr std::size_t call_budget = 40;
  static constexpr edge::milliseconds gap_at_mux{250};
  static constexpr edge::milliseconds gap_between_posts_at_mux{1250};
  static constexpr std::chrono::seconds time_budget{45};
  // How long a request may still be at work on what it has written down, or KV not show what it wrote.
  static constexpr std::chrono::seconds longest_request{std::chrono::minutes{2}};

  // Both must outlive this.
  reconcile_round(edge::host& host, const streams::settings& with);
  reconcile_round(const reconcile_round&) = delete;
  reconcile_round& operator=(const reconcile_round&) = delete;
  ~reconcile_round() { host_.set_gate(nullptr); }

  edge::host& host() { return host_; }
  const streams::settings& settings() const { return settings_; }
  edge::timestamp deadline() const { return deadline_; }
  streams::store& store() { return store_; }
  cloudflare::api& cloudflare() { return cloudflare_; }
  // Only where has_mux().
  mux::api& mux() { return *mux_; } // NOLINT(bugprone-unchecked-optional-access)
  bool has_mux() const { return mux_.has_value(); }
  reconcile_counts& counts() { return counts_; }

  // Whether what was made then and is half-made or ownerless may be cleared away.
  bool is_old(edge::timestamp made) const { return made + settings_.grace <= host_.now(); }
  // Whether nobody is at work any more on what was asked for then.
  bool is_left(edge::timestamp asked) const {
    return asked + std::min<std::chrono::seconds>(settings_.grace, longest_request) <= host_.now();
  }
  // Whether no more calls are made in this run.
  bool is_spent() const { return calls_ >= call_budget || host_.now() >= deadline_; }

  // All live streams with that tag; none where this deployment has no Mux.
  edge::task<edge::outcome<std::vector<mux::live_stream>>> find_live_streams(std::string_view tag);
  // Removes the outputs of the live input that feed one of these live streams, but for the output `known`.
  // Whatever else the live input is sent on to, to Mux or elsewhere, its owner asked for.
  edge::task<edge::status> remove_feeds(std::string_view live_input_id,
                                        const std::vector<mux::live_stream>& of, std::string_view known = {});

  // edge::gate: fails with out_of_time where nothing is left to spend, and where the provider has failed this
  // run already: it is left alone until the next.
  edge::task<edge::status> admit(const edge::operation::fetch& call) override;
  void learn(std::string_view url, const edge::outcome<edge::operation::fetch::result>& outcome) override;

private:
  provider provider_of(std::string_view url) const;

  edge::host& host_;
  const streams::settings& settings_;
  edge::timestamp deadline_;
  streams::store store_;
  cloudflare::api cloudflare_;
  std::optional<mux::api> mux_;
  std::size_t calls_ = 0;
  std::array<bool, 2> failing_{};
  edge::timestamp next_at_mux_;
  edge::timestamp next_post_at_mux_;
  reconcile_counts counts_;
};

} // namespace streams
