#include "streams/reconcile/second_copy.h"

#include "streams/manage/refresh.h"
#include "streams/model/stream_id.h"
#include "streams/publish/upload.h"
#include "streams/reconcile/copy_budget.h"
#include "streams/reconcile/due_copies.h"
#include "streams/watch/signed_playback.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <ranges>
#include <utility>
#include <vector>

namespace streams {

namespace {

// How long a list may lack what was just made.
constexpr std::chrono::minutes copy_listed_after{10};
// Mux names the second in which an asset was made.
constexpr std::chrono::seconds asset_clock_slack{60};
constexpr std::chrono::days longest_transfer{7};
constexpr std::chrono::minutes longest_copy_pause{5};
constexpr std::chrono::seconds until_next_step{1};

// One transfer of one stream.
class mover {
public:
  mover(reconcile_round& round, stream_record& stream, transfer what)
      : round_(round), stream_(stream), now_(round.host().now()), known_(what), what_(std::move(what)) {}

  // One step.
  edge::task<edge::status> advance() {
    if (what_.is_over()) {
      co_return {};
    }
    if (const auto since = withdrawn()) {
      co_await withdraw(*since);
    } else if (what_.origin != recording_origin::phone && what_.until + longest_transfer <= now_) {
      fail(took_too_long);
    } else if (what_.origin == recording_origin::phone) {
      co_await follow_upload();
    } else if (what_.to == recording_source::cloudflare) {
      co_await to_cloudflare();
    } else {
      co_await to_mux();
    }
    co_await store();
    co_return {};
  }

  // The intent.
  edge::task<edge::status> begin() {
    const change said = change::of(what_, now_);
    co_await round_.store().facts.put(stream_.id, said);
    stream_.broadcasts.fold(said);
    co_return {};
  }

private:
  // When the owner deleted its source, before what is made of it could be listed and deleted with it.
  [[nodiscard]] std::optional<edge::timestamp> withdrawn() const {
    const recording* of = stream_.broadcasts.find(what_.source());
    return what_.id.empty() && of && of->removed ? std::optional{of->removed.at()} : std::nullopt;
  }

  // An earlier step may have made a copy and died. A list may lack it for a while.
  edge::task<edge::status> withdraw(edge::timestamp since) {
    if (what_.to == recording_source::cloudflare) {
      for (const auto& each : co_await round_.cloudflare().list_made_videos(creator_of(stream_.id))) {
        if (each.of == what_.of) {
          co_await round_.cloudflare().delete_video(each.what.id);
        }
      }
    } else {
      const std::string passthrough = copy_passthrough(stream_.id, what_.of);
      for (const auto& each :
           co_await round_.mux().find_assets(passthrough, what_.until - asset_clock_slack)) {
        co_await round_.mux().delete_asset(each.id);
      }
    }
    if (now_ - since >= copy_listed_after) {
      what_.state = transfer_state::gone;
    }
    co_return {};
  }

  edge::task<edge::status> store() {
    if (what_ == known_) {
      co_return {};
    }
    now_ = std::max(now_ + edge::timestamp::duration{1}, round_.host().now());
    known_ = what_;
    co_await begin();
    co_return {};
  }

  void fail(std::string_view reason) {
    what_.state = transfer_state::failed;
    what_.reason = reason;
    what_.percent.reset();
  }

  [[nodiscard]] cloudflare::new_video video() const {
    return {.name = std::string{stream_.current_title()},
            .creator = creator_of(stream_.id),
            .of = what_.of,
            .require_signed_urls = stream_.is_private()};
  }

  // What a provider refuses or does not have, it refuses again.
  edge::status refused(const edge::error& why) {
    if (why.kind != edge::error_kind::rejected && why.kind != edge::error_kind::not_found) {
      return std::unexpected(why);
    }
    const std::string_view rejected = what_.part ? clip_was_refused : copy_was_refused;
    fail(why.kind == edge::error_kind::rejected ? rejected : nothing_to_copy);
    return {};
  }

  void learn_of_asset(const mux::asset& made) {
    what_.id = made.id;
    what_.state = transfer_state::processing;
    if (made.status == mux::asset_status::errored) {
      fail(made.error.value_or("unknown"));
    } else if (made.status == mux::asset_status::ready) {
      what_.state = transfer_state::ready;
      what_.duration = made.duration.value_or(what_.duration);
      const auto playback = made.playback();
      what_.playback = playback ? playback->id : "";
    }
  }

  // What was made is not listed: it was not made, is not listed yet, or was deleted.
  bool is_missing() {
    if (what_.id.empty()) {
      return true;
    }
    if (since_known() >= copy_listed_after) {
      what_.state = transfer_state::gone;
    }
    return false;
  }

  [[nodiscard]] edge::timestamp::duration since_known() const {
    const auto* known = stream_.broadcasts.transfers().find(what_.to, what_.of);
    return known ? now_ - known->at() : edge::timestamp::duration{};
  }

  edge::task<edge::status> follow_upload() {
    auto found = co_await attempt(round_.cloudflare().get_made_video(what_.id));
    if (is_not_found(found)) {
      what_.state = transfer_state::gone;
      co_return {};
    }
    learn(what_, co_await std::move(found), now_);
    co_return {};
  }

  // A part that failed may be asked for again: what is left of it makes room.
  template <class Made>
  edge::task<edge::status> drop_failed(std::vector<Made>& listed, auto has_failed, auto remove) {
    if (!what_.part || !what_.id.empty()) {
      co_return {};
    }
    for (const Made& each : listed | std::views::filter(has_failed)) {
      co_await remove(each);
    }
    std::erase_if(listed, has_failed);
    co_return {};
  }

  edge::task<edge::status> to_cloudflare() {
    cloudflare::api& api = round_.cloudflare();
    auto listed = co_await api.list_made_videos(creator_of(stream_.id));
    std::erase_if(listed, [&](const auto& each) { return each.of != what_.of || each.waits; });
    co_await drop_failed(
        listed, [](const auto& each) { return each.what.state == cloudflare::video_state::failed; },
        [&](const auto& each) { return api.delete_video(each.what.id); });
    if (!listed.empty()) {
      learn(what_, listed.front(), now_);
      for (std::size_t i = 1; i < listed.size(); ++i) {
        co_await api.delete_video(listed[i].what.id);
      }
      if (listed.front().shows_source) {
        co_await api.set_meta(what_.id, video());
      }
      co_return {};
    }
    if (!is_missing()) {
      co_return {};
    }
    crypto::secret source;
    if (!what_.part) {
      auto master = co_await attempt(open_master());
      if (!master) {
        co_return refused(master.error());
      }
      source = *std::move(master);
      const bool may_send = !source.empty() && co_await is_within_day(round_, what_, now_);
      if (!may_send) {
        co_return {};
      }
    }
    auto made = co_await attempt(what_.part ? api.clip_video(video(), part_of(*what_.part))
                                            : api.copy_video(video(), source.text()));
    if (!made) {
      co_return refused(made.error());
    }
    what_.id = *std::move(made);
    what_.state = transfer_state::processing;
    // The fact first: the video is found by it even if its meta is hidden later.
    co_await store();
    co_return what_.part ? edge::status{} : co_await attempt(api.set_meta(what_.id, video()));
  }

  // Cloudflare needs the end.
  [[nodiscard]] cloudflare::video_part part_of(const recording_part& wanted) const {
    return {.of = wanted.of,
            .from = wanted.from,
            .to = wanted.to.value_or(wanted.from + std::chrono::floor<std::chrono::seconds>(what_.duration))};
  }

  // Empty until the file is ready.
  edge::task<edge::outcome<crypto::secret>> open_master() {
    const mux::asset asset = co_await round_.mux().get_asset(what_.of);
    if (asset.master == mux::file_state::ready) {
      co_return asset.master_url;
    }
    if (asset.master == mux::file_state::errored) {
      fail(no_file);
    } else if (asset.master == mux::file_state::none) {
      co_await round_.mux().open_master(what_.of);
    }
    co_return crypto::secret{};
  }

  edge::task<edge::status> to_mux() {
    mux::api& api = round_.mux();
    const std::string passthrough = copy_passthrough(stream_.id, what_.of);
    auto listed = co_await api.find_assets(passthrough, what_.until - asset_clock_slack);
    co_await drop_failed(
        listed, [](const mux::asset& each) { return each.status == mux::asset_status::errored; },
        [&](const mux::asset& each) { return api.delete_asset(each.id); });
    if (!listed.empty()) {
      // The oldest is the last one.
      learn_of_asset(listed.back());
      listed.pop_back();
      for (const mux::asset& each : listed) {
        co_await api.delete_asset(each.id);
      }
      co_return {};
    }
    if (!is_missing()) {
      co_return {};
    }
    mux::new_asset wanted{.title = std::string{stream_.current_title()},
                          .passthrough = passthrough,
                          .policy = policy_for(stream_.current_visibility())};
    std::string source;
    if (what_.part) {
      source = "mux://assets/" + what_.part->of;
      wanted.from = what_.part->from;
      wanted.to = what_.part->to;
    } else {
      auto file = co_await attempt(open_download());
      if (!file) {
        co_return refused(file.error());
      }
      source = *std::move(file);
      const bool may_send = !source.empty() && co_await is_within_day(round_, what_, now_);
      if (!may_send) {
        co_return {};
      }
    }
    const auto made = co_await attempt(api.create_asset(wanted, source));
    if (!made) {
      co_return refused(made.error());
    }
    learn_of_asset(*made);
    co_return {};
  }

  // Empty until the file is ready. A private one has a token in the place of its id.
  edge::task<edge::outcome<std::string>> open_download() {
    auto file = co_await attempt(round_.cloudflare().get_download(what_.of));
    if (is_not_found(file)) {
      file = co_await attempt(round_.cloudflare().create_download(what_.of));
    }
    const cloudflare::download made = co_await std::move(file);
    if (made.has_failed) {
      fail(no_file);
    }
    if (made.url.empty() || !stream_.is_private()) {
      co_return made.url;
    }
    const auto keys = playback_keys::read(round_.host().settings());
    if (!keys) {
      fail(no_signing_keys);
      co_return std::string{};
    }
    co_return with_token(made.url, what_.of, co_await sign_download(round_.host(), *keys, what_.of));
  }

  reconcile_round& round_;
  stream_record& stream_;
  edge::timestamp now_;
  transfer known_;
  transfer what_;
};

edge::task<edge::status> advance(reconcile_round& round, stream_record& stream, std::vector<transfer> open) {
  stream.folded_at = round.host().now();
  stream.join(co_await round.store().facts.fold(stream.id));
  std::optional<edge::timestamp> next;
  const std::vector<transfer> due = due_copies(stream, round.settings(), stream.folded_at, next);
  for (transfer& each : open) {
    const auto* known = stream.broadcasts.transfers().find(each.to, each.of);
    const bool is_new = known == nullptr;
    if (!is_new) {
      each = known->value();
    }
    // The record may be older than the facts: its owner may have deleted the recording.
    const bool is_due = std::ranges::any_of(
        due, [&](const transfer& still) { return still.to == each.to && still.of == each.of; });
    if (is_new ? !is_due : each.is_over()) {
      continue;
    }
    mover one{round, stream, std::move(each)};
    if (is_new) {
      co_await one.begin();
    }
    co_await one.advance();
  }
  co_return {};
}

} // namespace

edge::task<void> advance_transfers(reconcile_round& round, reconcile_memory& memory,
                                   std::vector<stream_record>& streams) {
  round.begin(repair::copies);
  for (stream_record& each : streams) {
    if (each.desired.deleted()) {
      continue;
    }
    std::optional<edge::timestamp> next;
    std::vector<transfer> open = due_copies(each, round.settings(), round.host().now(), next);
    for (const latest<transfer>& known : each.broadcasts.transfers().all()) {
      const bool needs_mux =
          known.value().origin == recording_origin::copy || known.value().to == recording_source::mux;
      const bool can_go_on = !needs_mux || round.has_mux();
      if (!known.value().is_over() && can_go_on) {
        open.push_back(known.value());
      }
    }
    if (open.empty()) {
      if (next) {
        memory.copies[each.id].next = *next;
      } else {
        memory.copies.erase(each.id);
      }
      continue;
    }
    retry_time& time = memory.copies[each.id];
    if (time.next > round.host().now()) {
      continue;
    }
    if (round.is_spent()) {
      round.count_left(1);
      continue;
    }
    const stream_record stored = each;
    const auto news = co_await attempt(advance(round, each, std::move(open)));
    if (!news) {
      round.count_failure(news.error());
    }
    if (!each.says_the_same(stored)) {
      time.fruitless = 0;
      ++round.counts().copies_advanced;
      (void)co_await attempt(save_and_tell(round.host(), each));
    }
    if (due_copies(each, round.settings(), round.host().now(), next).empty()) {
      time.postpone(round.host(), longest_copy_pause);
    } else {
      time.next = round.host().now() + until_next_step; // an upload can be copied now
    }
  }
}

} // namespace streams
