#include "streams/watch/activity.h"

#include "cloudflare/api.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <utility>

namespace streams {

namespace {

constexpr std::array<std::string_view, 4> teller_names{"", "phone", "cloudflare", "mux"};

constexpr std::string_view begins = "live";
constexpr std::string_view goes = "disconnected";

std::string_view kind_of(const change& asked) {
  switch (asked.kind) {
  case change_kind::renamed: return "renamed";
  case change_kind::ended: return "ended";
  case change_kind::simulcast_set: return asked.simulcast ? "backup_on" : "backup_off";
  case change_kind::rotated: return "credentials_replaced";
  case change_kind::backup_attached: return "backup_attached";
  case change_kind::publishing_begun: return begins;
  case change_kind::publishing_ended: return goes;
  case change_kind::stopped: return "stopped";
  case change_kind::visibility_set: return asked.is_private ? "made_private" : "made_public";
  case change_kind::invited: return "invited";
  case change_kind::invite_cancelled: return "invite_cancelled";
  case change_kind::downloads_set: return asked.downloads ? "downloads_on" : "downloads_off";
  case change_kind::scheduled: return asked.start ? "scheduled" : "unscheduled";
  case change_kind::described: return "described";
  case change_kind::covered: return "cover_changed";
  case change_kind::recording_removed:
    return asked.removed && !asked.removed->is_done ? "recording_deleted" : "";
  case change_kind::transferred:
  case change_kind::file_made:
  case change_kind::closed:
  case change_kind::deleted:
  case change_kind::recordings_deleted:
  case change_kind::recordings_checked:
  case change_kind::told: return {};
  }
  __builtin_trap();
}

std::string_view kind_of(mux::fact_kind said) {
  using enum mux::fact_kind;
  switch (said) {
  case stream_active: return begins;
  case stream_disconnected: return goes;
  case asset_completed: return "recording_ready";
  case asset_errored: return "recording_failed";
  case asset_deleted: return "recording_deleted";
  case stream_warning:
  case asset_warning: return "warning";
  case stream_connected:
  case stream_recording:
  case stream_idle:
  case stream_enabled:
  case stream_disabled:
  case stream_deleted:
  case asset_created:
  case asset_ready: return {};
  }
  __builtin_trap();
}

std::string_view kind_of(cloudflare::fact_kind said) {
  using enum cloudflare::fact_kind;
  switch (said) {
  case input_connected: return begins;
  case input_disconnected: return goes;
  case input_errored: return "warning";
  case video_ready: return "recording_ready";
  case video_failed: return "recording_failed";
  case video_deleted: return "recording_deleted";
  case video_live: return {};
  }
  __builtin_trap();
}

std::optional<std::string_view> known(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional{text};
}

} // namespace

activity::activity(const stream_record& stream)
    : entries_{{.at = stream.created_at, .kind = "created", .by = stream.created_by}} {}

void activity::fold(const change& asked) {
  const bool is_feed =
      asked.kind == change_kind::publishing_begun || asked.kind == change_kind::publishing_ended;
  entry told{.at = asked.at,
             .kind = kind_of(asked),
             .source = is_feed ? teller::phone : teller::nobody,
             .by = asked.by,
             .detail = asked.start ? edge::format_timestamp(*asked.start) : asked.title};
  if (asked.removed) {
    told.source = asked.removed->source == recording_source::mux ? teller::mux : teller::cloudflare;
    told.recording = asked.removed->recording_id;
  }
  add(std::move(told));
}

void activity::fold(const mux::fact& said) {
  add({.at = said.at,
       .kind = kind_of(said.kind),
       .source = teller::mux,
       .detail = said.error.value_or(""),
       .recording = is_about_asset(said.kind) ? said.asset_id.value_or("") : std::string{}});
}

void activity::fold(const cloudflare::fact& said) {
  add({.at = said.at,
       .kind = kind_of(said.kind),
       .source = teller::cloudflare,
       .detail = said.error_code.value_or(""),
       .recording = said.video_id.value_or("")});
}

bool activity::entry::says_the_same(const entry& other) const {
  return kind == other.kind && source == other.source && recording == other.recording &&
         (at == other.at ? detail == other.detail : !recording.empty());
}

void activity::add(entry what) {
  if (what.kind.empty()) {
    return;
  }
  // A provider's clock may be a little behind ours, and only we know who asked.
  const auto same =
      std::ranges::find_if(entries_, [&](const entry& each) { return each.says_the_same(what); });
  if (same != entries_.end()) {
    (what.by.empty() ? what.by : same->by) = what.by.empty() ? same->by : what.by;
  }
  entries_.insert(std::ranges::upper_bound(entries_, what.at, {}, &entry::at), std::move(what));
}

// A publisher who comes back within the window of the providers goes on with the same broadcast. A phone may
// begin another session without having ended the one before; a provider that says the same again says nothing
// new.
json::array activity::view() const {
  constexpr std::chrono::seconds window{cloudflare::api::dropout_window_seconds};
  std::vector<std::pair<const entry*, std::string_view>> told; // and its kind
  std::array<const entry*, 4> last{};
  for (const entry& each : entries_) {
    if (std::ranges::any_of(told, [&](const auto& before) { return before.first->says_the_same(each); })) {
      continue;
    }
    std::string_view kind = each.kind;
    if (kind == begins || kind == goes) {
      const entry* before = std::exchange(last.at(static_cast<std::size_t>(each.source)), &each);
      if (kind == begins && before != nullptr) {
        if (before->kind != goes && each.source != teller::phone) {
          continue;
        }
        if (before->kind != goes || each.at <= before->at + window) {
          kind = "reconnected";
        }
      }
    }
    told.emplace_back(&each, kind);
  }
  json::array view;
  for (; !told.empty(); told.pop_back()) {
    const auto& [what, kind] = told.back();
    view.add(json::object()
                 .set("at", edge::format_timestamp(what->at))
                 .set("kind", kind)
                 .set("source", known(teller_names.at(static_cast<std::size_t>(what->source))))
                 .set("by", known(what->by))
                 .set("detail", known(what->detail)));
  }
  return view;
}

} // namespace streams
