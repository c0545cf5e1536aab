#include "simulation/swarm_stage.h"

#include "cloudflare/webhook.h"
#include "simulation/deployment.h"
#include "simulation/swarm_text.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

namespace simulation {

namespace {

constexpr std::uint32_t deliveries_for_each_fault = 16;
constexpr std::uint32_t longest_delay_in_minutes = 300;
constexpr std::uint32_t longest_phone_broadcast_in_minutes = 90;
constexpr int most_attempts = 6;
constexpr std::chrono::minutes between_attempts{10};

} // namespace

void swarm_stage::begin(const std::string& name, std::string_view stream, edge::milliseconds length,
                        const std::string& session) {
  const bool is_busy =
      std::ranges::any_of(shows_, [&](const show& each) { return each.stream == stream && !each.is_over; });
  const auto& inputs = around_.cloudflare().live_inputs();
  const auto input =
      std::ranges::find_if(inputs, [&](const auto& each) { return belongs_to(each.tag, stream); });
  const auto& live_streams = around_.mux().live_streams();
  const auto takes_it = [&](const model_mux::live_stream& each) {
    const bool is_fed = input == inputs.end() || std::ranges::any_of(input->outputs, [&](const auto& output) {
                          return output.enabled && output.stream_key == each.stream_key;
                        });
    return belongs_to(each.passthrough, stream) && each.enabled && is_fed;
  };
  const auto live_stream = std::ranges::find_if(live_streams, takes_it);
  const bool is_refused = input == inputs.end() ? live_stream == live_streams.end() : !input->enabled;
  if (is_busy || is_refused) {
    return;
  }
  dice chance = ledger_.drawn(name + " ids");
  const edge::timestamp now = around_.now();
  show made{.name = name, .stream = std::string{stream}, .session = session, .told = {}};
  made.told = {.begin = now,
               .live_input = {},
               .live_stream = {},
               .mux_asset = chance.text(44),
               .playback_id = chance.text(46),
               .cloudflare_video = chance.hex(32)};
  if (input != inputs.end()) {
    made.told.live_input = input->id;
    around_.cloudflare().broadcast(
        {.id = made.told.cloudflare_video, .live_input_id = input->id, .begun = now, .ended = now + length});
  }
  if (live_stream != live_streams.end()) {
    made.told.live_stream = *live_stream;
    around_.mux().broadcast({.id = made.told.mux_asset,
                             .live_stream_id = live_stream->id,
                             .playback_id = made.told.playback_id,
                             .begun = now,
                             .ended = now + length});
  }
  ledger_.tell("    somebody is live with stream " + made.stream);
  announce(made, beginning_of(made.told), "begin");
  shows_.push_back(std::move(made));
}

edge::timestamp swarm_stage::end_of_media(const show& of) const {
  edge::timestamp end = of.told.begin;
  for (const auto& each : around_.cloudflare().videos()) {
    end = each.id == of.told.cloudflare_video ? std::max(end, each.ended) : end;
  }
  for (const auto& each : around_.mux().assets()) {
    end = each.id == of.told.mux_asset ? std::max(end, each.ended) : end;
  }
  return end;
}

void swarm_stage::end(const show& of) {
  const edge::timestamp now = around_.now();
  for (auto& each : around_.cloudflare().videos()) {
    each.ended = each.id == of.told.cloudflare_video ? std::min(each.ended, now) : each.ended;
  }
  for (auto& each : around_.mux().assets()) {
    each.ended = each.id == of.told.mux_asset ? std::min(each.ended, now) : each.ended;
  }
}

void swarm_stage::stop(std::string_view stream) {
  for (const show& each : shows_) {
    if (each.stream == stream && each.session.empty() && !each.is_over) {
      end(each);
    }
  }
}

void swarm_stage::stop_all() {
  for (const show& each : shows_) {
    end(each);
  }
}

void swarm_stage::follow_phones() {
  const std::vector<model_whip::session> open = around_.whip().open();
  for (const auto& each : open) {
    const bool is_known = std::ranges::contains(shows_, each.url, &show::session);
    if (!is_known) {
      std::string stream = each.stream;
      if (const auto* input = around_.cloudflare().find(each.live_input)) {
        stream = stream_in_tag(input->tag).value_or("");
      }
      const std::string name = "phone-" + std::to_string(shows_.size());
      dice chance = ledger_.drawn(name);
      begin(name, stream, std::chrono::minutes{1 + chance.below(longest_phone_broadcast_in_minutes)},
            each.url);
    }
  }
  for (show& each : shows_) {
    const bool is_open =
        each.session.empty() || std::ranges::contains(open, each.session, &model_whip::session::url);
    if (each.is_over) {
      continue;
    }
    if (!is_open) {
      end(each);
    }
    const edge::timestamp end = end_of_media(each);
    if (end <= around_.now()) {
      each.is_over = true;
      around_.whip().lose(each.session);
      const auto length = std::chrono::ceil<std::chrono::seconds>(end - each.told.begin);
      drop_unsent(each, length);
      announce(each, end_of(each.told, length), "end");
    }
  }
}

void swarm_stage::announce(const show& of, const std::vector<delivery>& all, std::string_view part) {
  int number = 0;
  for (const delivery& each : all) {
    const std::string name = of.name + "-" + std::string{part} + std::to_string(number++);
    const bool is_of_recording = each.request.headers.find(cloudflare::signature_header).has_value();
    for (std::size_t deployment = 0; deployment < deployments_; ++deployment) {
      if (!is_of_recording || deployment == hears_of_recordings_) {
        announce_to(deployment, deployment == 0 ? name : name + "-to-other", of, each);
      }
    }
  }
}

void swarm_stage::announce_to(std::size_t deployment, const std::string& name, const show& of,
                              const delivery& what) {
  const edge::timestamp sent = of.told.begin + std::chrono::seconds{what.second + 1};
  if (weather_.strikes(name + "-lost", deliveries_for_each_fault)) {
    ledger_.tell("    " + name + "-lost " + what.name);
    return;
  }
  if (weather_.strikes(name + "-doubled", deliveries_for_each_fault)) {
    queue({.at = sent + std::chrono::minutes{ledger_.drawn(name + " again").below(longest_delay_in_minutes)},
           .name = name + "-again",
           .what = what,
           .deployment = deployment});
  }
  edge::timestamp at = sent + std::chrono::milliseconds{ledger_.drawn(name + " delay").below(6000)};
  if (weather_.strikes(name + "-late", deliveries_for_each_fault)) {
    at += std::chrono::minutes{ledger_.drawn(name + " late").below(longest_delay_in_minutes)};
  }
  queue({.at = at, .name = name, .what = what, .deployment = deployment});
}

void swarm_stage::drop_unsent(const show& of, std::chrono::seconds length) {
  std::erase_if(due_, [&](const due_delivery& each) {
    return each.name.starts_with(of.name + "-begin") && each.what.second > length.count();
  });
}

void swarm_stage::queue(due_delivery what) {
  const auto at = std::ranges::upper_bound(due_, what.at, {}, &due_delivery::at);
  due_.insert(at, std::move(what));
}

std::vector<swarm_stage::due_delivery> swarm_stage::take(edge::timestamp until) {
  const auto end = std::ranges::upper_bound(due_, until, {}, &due_delivery::at);
  std::vector<due_delivery> taken{std::make_move_iterator(due_.begin()), std::make_move_iterator(end)};
  due_.erase(due_.begin(), end);
  return taken;
}

edge::timestamp swarm_stage::next() const { return due_.empty() ? edge::timestamp::max() : due_.front().at; }

void swarm_stage::send_again(due_delivery what) {
  if (++what.attempt <= most_attempts) {
    what.at = around_.now() + between_attempts;
    queue(std::move(what));
  }
}

} // namespace simulation
