#include "streams/reconcile/round.h"

#include "streams/model/stream_id.h"
#include "streams/store/deployment.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace streams {

edge::status found_live_streams::completeness() const {
  if (is_complete) {
    return {};
  }
  return std::unexpected(edge::error{edge::error_kind::out_of_time, "look for the Mux live stream"});
}

reconcile_round::reconcile_round(edge::host& host, const streams::settings& with, reconcile_memory& memory)
    : host_(host), settings_(with), memory_(memory), begun_(host.now()), deadline_(begun_ + time_budget),
      until_(deadline_), store_(host, deadline_), cloudflare_(host, with.cloudflare, deadline_) {
  if (with.mux) {
    mux_.emplace(host, *with.mux, deadline_);
  }
  host_.set_gate(this);
}

void reconcile_round::begin(repair what) {
  most_calls_ = call_shares[std::to_underlying(what)];
  until_ = begun_ + std::chrono::duration_cast<edge::milliseconds>(time_budget) * most_calls_ / call_budget;
}

void reconcile_round::count_failure(const edge::error& why) {
  if (why.kind == edge::error_kind::out_of_time) {
    ++counts_.left;
    return;
  }
  ++counts_.failures;
  counts_.last_failure = why;
}

provider reconcile_round::provider_of(std::string_view url) const {
  if (settings_.mux && url.starts_with(settings_.mux->api_url)) {
    return provider::mux;
  }
  return url.starts_with(settings_.cloudflare.api_url) ? provider::cloudflare : provider::none;
}

edge::task<void> reconcile_round::learn_deployment(std::string_view stored) {
  auto deployment = co_await attempt(deployment_of(store_.kv, host_.random(), settings_.deployment, stored));
  if (deployment) {
    deployment_ = *std::move(deployment);
  } else {
    count_failure(deployment.error());
  }
}

// A pace that cannot be reached keeps nobody from working.
edge::task<edge::status> reconcile_round::await_turn(std::string_view pace, edge::milliseconds gap,
                                                     std::uint32_t burst) {
  if (!host_.settings().has_binding("PACES")) {
    co_return {};
  }
  const auto has_turn = co_await attempt(host_.perform(
      edge::operation::pace{.name = std::string{pace},
                            .gap = gap,
                            .burst = burst,
                            .longest = std::chrono::floor<edge::milliseconds>(until_ - host_.now())}));
  if (has_turn && !*has_turn) {
    co_return std::unexpected(edge::error{edge::error_kind::out_of_time, "call a provider in this run"});
  }
  co_return {};
}

edge::task<edge::status> reconcile_round::admit(const edge::operation::fetch& call) {
  const provider at = provider_of(call.url);
  if (at == provider::none) {
    co_return {};
  }
  if (is_spent() || failing_[std::to_underlying(at)]) {
    co_return std::unexpected(edge::error{edge::error_kind::out_of_time, "call a provider in this run"});
  }
  ++calls_;
  if (at != provider::mux) {
    co_return co_await attempt(await_turn("cloudflare", gap_at_cloudflare, burst_at_cloudflare));
  }
  const bool posts = call.method == "POST";
  co_await await_turn("mux", gap_at_mux);
  if (posts) {
    co_await await_turn("mux-posts", gap_between_posts_at_mux);
  }
  const edge::timestamp next = posts ? std::max(next_at_mux_, next_post_at_mux_) : next_at_mux_;
  const edge::timestamp begin = std::max(host_.now(), next);
  next_at_mux_ = begin + gap_at_mux;
  if (posts) {
    next_post_at_mux_ = begin + gap_between_posts_at_mux;
  }
  if (host_.now() < begin) {
    const auto wait = std::chrono::ceil<edge::milliseconds>(begin - host_.now());
    (void)co_await attempt(host_.perform(edge::operation::sleep{wait}));
  }
  co_return {};
}

void reconcile_round::learn(std::string_view url,
                            const edge::outcome<edge::operation::fetch::result>& outcome) {
  constexpr std::array concern_every_call{401, 403, 429};
  const bool is_failing =
      outcome ? outcome->status >= 500 || std::ranges::contains(concern_every_call, outcome->status)
              : outcome.error().effect_unknown();
  if (is_failing) {
    failing_[std::to_underlying(provider_of(url))] = true;
  }
}

// New live streams move the list on, and deleted ones move it back: each run reads again the last page of the
// run before. What is found is used or deleted, so then the next search begins anew.
edge::task<edge::outcome<found_live_streams>> reconcile_round::find_live_streams(std::string_view tag,
                                                                                 std::string_view stream_id) {
  found_live_streams found;
  if (!mux_) {
    co_return found;
  }
  const auto begun = memory_.searches.find(stream_id);
  std::uint32_t read = begun == memory_.searches.end() ? 0 : begun->second.fruitless - 1;
  for (std::uint32_t pages = 0; pages < most_pages; ++pages) {
    auto page = co_await attempt(mux_->list_live_streams(tag, read + 1));
    if (!page) {
      co_return std::unexpected(page.error());
    }
    std::erase_if(page->live_streams, [&](const mux::live_stream& each) {
      return each.passthrough != tag ||
             std::ranges::contains(found.live_streams, each.id, &mux::live_stream::id);
    });
    std::ranges::move(page->live_streams, std::back_inserter(found.live_streams));
    ++read;
    if (!page->more || (page->oldest && *page->oldest < earliest_of(stream_id))) {
      memory_.searches.erase(std::string{stream_id});
      co_return found;
    }
    if (found.live_streams.empty()) {
      memory_.searches[std::string{stream_id}] = {.fruitless = read, .next = host_.now()};
    }
  }
  if (!found.live_streams.empty()) {
    memory_.searches.erase(std::string{stream_id});
  }
  found.is_complete = false;
  co_return found;
}

edge::task<edge::status>
reconcile_round::remove_spare_outputs(std::string_view live_input_id, std::string_view kept,
                                      std::span<const mux::live_stream> live_streams) {
  auto outputs = co_await attempt(cloudflare_.list_outputs(live_input_id));
  // A deleted live input took its outputs with it.
  if (is_not_found(outputs)) {
    co_return {};
  }
  const auto all = co_await std::move(outputs);
  for (const cloudflare::output& each : all) {
    const auto feeds = [&](const mux::live_stream& one) {
      return each.stream_key.matches(one.stream_key.bytes());
    };
    const auto stands_for_it = [&](const cloudflare::output& other) {
      return (other.id == kept || &other < &each) && other.url == each.url &&
             other.stream_key.matches(each.stream_key.bytes());
    };
    const bool is_spare = std::ranges::any_of(live_streams, feeds) || std::ranges::any_of(all, stands_for_it);
    if (is_spare && each.id != kept) {
      co_await cloudflare_.delete_output(live_input_id, each.id);
    }
  }
  co_return {};
}

} // namespace streams
