#include "streams/reconcile/orphans.h"

#include "streams/model/stream_id.h"
#include "streams/reconcile/backups.h"

#include <algorithm>
#include <map>
#include <optional>

namespace streams {

namespace {

// Everything else that fails leaves an intent behind, so these are few. Whoever binds another store by
// mistake sees what happens before it has happened to all streams.
constexpr std::uint32_t most_in_a_run = 5;
constexpr std::size_t keys_at_once = 100;

struct suspect {
  std::string id;
  std::string stream_id;
  std::optional<mux::live_stream> live_stream; // nothing: it is a live input
};

// What is listed and may be an orphan, by its tag and age alone.
class line_up {
public:
  explicit line_up(reconcile_round& round) : round_(round) {}

  void add(const cloudflare::listed_live_input& what) {
    if (auto stream = stream_left_by(what.tag, what.created))
      suspects_.push_back({.id = what.id, .stream_id = std::move(*stream), .live_stream = {}});
  }
  void add(const mux::live_stream& what) {
    if (what.status == mux::live_stream_status::active) return;
    if (auto stream = stream_left_by(what.passthrough.value_or(""), what.created_at))
      suspects_.push_back({.id = what.id, .stream_id = std::move(*stream), .live_stream = what});
  }

  // Leaves out what a record that is read in one go mentions.
  edge::task<edge::status> discharge() {
    for (std::size_t begin = 0; begin < suspects_.size();) {
      std::size_t end = std::min(begin + keys_at_once, suspects_.size());
      std::vector<std::string> ids;
      for (std::size_t i = begin; i < end; ++i) ids.push_back(suspects_[i].stream_id);
      for (const stream_record& each : co_await round_.store().streams.get_all(ids))
        texts_[each.id] = each.to_text();
      begin = end;
    }
    std::erase_if(suspects_, [&](const suspect& each) { return texts_[each.stream_id].contains(each.id); });
    co_return {};
  }

  const std::vector<suspect>& suspects() const { return suspects_; }

private:
  std::optional<std::string> stream_left_by(std::string_view tag, std::optional<edge::timestamp> made) const {
    if (!made || !round_.is_old(*made)) return std::nullopt;
    return stream_of(tag, round_.settings().deployment);
  }

  reconcile_round& round_;
  std::vector<suspect> suspects_;
  std::map<std::string, std::string> texts_;
};

// Whether it may yet become part of the stream, or only just has: what is known here may be older than that.
bool may_belong(const reconcile_round& round, const suspect& what, const stream_record& record) {
  if (record.to_text().contains(what.id)) return true;
  if (!what.live_stream) return false;
  auto is_new = [&](const auto& asked) { return asked && !round.is_old(asked.at()); };
  return awaits_backup(record) || is_new(record.desired.backup()) || is_new(record.desired.ended());
}

// Reads in KV may be a minute behind, and so may a miss: it is cached. What is looked for here was written
// when the object was made, which was longer ago than the grace.
edge::task<edge::status> judge(reconcile_round& round, const suspect& what) {
  bool intended = co_await round.store().work.has_intent(what.stream_id);
  if (intended) co_return {};
  auto record = co_await round.store().streams.get(what.stream_id);
  if (record) record->join(co_await round.store().facts.fold_changes(*record));
  if (record && may_belong(round, what, *record)) co_return {};
  ++round.counts().orphans;
  if (!what.live_stream) {
    co_await round.cloudflare().delete_live_input(what.id);
    co_return {};
  }
  // An output that feeds what is gone could not be told from one that its owner added.
  if (record && record->cloudflare)
    co_await round.remove_feeds(record->cloudflare->live_input_id, {*what.live_stream});
  co_await round.mux().delete_live_stream(what.id);
  co_return {};
}

edge::task<edge::status> read_live_inputs(reconcile_round& round, std::string_view prefix, line_up& into) {
  auto list = co_await round.cloudflare().list_live_inputs(prefix);
  for (const auto& each : list.live_inputs) into.add(each);
  co_return {};
}

// Gives whether there may be a next page.
edge::task<edge::outcome<bool>> read_live_streams(reconcile_round& round, std::string_view prefix,
                                                  std::uint32_t page, line_up& into) {
  if (!round.has_mux()) co_return false;
  auto list = co_await round.mux().list_live_streams(prefix, page);
  for (const auto& each : list.live_streams) into.add(each);
  co_return list.more;
}

edge::task<edge::status> sweep(reconcile_round& round, reconcile_memory& memory) {
  std::string prefix = tag_of(round.settings().deployment, "");
  line_up found{round};
  auto inputs =
      memory.mux_page == 1 ? co_await attempt(read_live_inputs(round, prefix, found)) : edge::status{};
  auto more = co_await attempt(read_live_streams(round, prefix, memory.mux_page, found));
  co_await found.discharge();
  for (const suspect& each : found.suspects()) {
    if (round.counts().orphans == most_in_a_run) break;
    auto judged = co_await attempt(judge(round, each));
    if (!judged) ++round.counts().failures;
  }
  co_await std::move(inputs);
  bool goes_on = co_await std::move(more);
  memory.mux_page = goes_on ? memory.mux_page + 1 : 1;
  if (!goes_on) memory.swept = round.host().now();
  co_return {};
}

} // namespace

edge::task<void> sweep_orphans(reconcile_round& round, reconcile_memory& memory) {
  bool is_due = memory.mux_page > 1 || memory.swept + round.settings().grace <= round.host().now();
  if (!is_due) co_return;
  auto swept = co_await attempt(sweep(round, memory));
  if (!swept) ++round.counts().failures;
}

} // namespace streams
