// The kinds of fact with their names and the events they come from.
#include "mux/fact_kind.h"

#include <algorithm>
#include <array>

namespace mux {
namespace {

struct row {
  fact_kind kind;
  std::string_view name;
  std::string_view event;
};

constexpr std::array rows = {
    row{fact_kind::stream_connected, "stream_connected", "video.live_stream.connected"},
    row{fact_kind::stream_recording, "stream_recording", "video.live_stream.recording"},
    row{fact_kind::stream_active, "stream_active", "video.live_stream.active"},
    row{fact_kind::stream_disconnected, "stream_disconnected", "video.live_stream.disconnected"},
    row{fact_kind::stream_idle, "stream_idle", "video.live_stream.idle"},
    row{fact_kind::stream_enabled, "stream_enabled", "video.live_stream.enabled"},
    row{fact_kind::stream_disabled, "stream_disabled", "video.live_stream.disabled"},
    row{fact_kind::stream_deleted, "stream_deleted", "video.live_stream.deleted"},
    row{fact_kind::asset_created, "asset_created", "video.asset.created"},
    row{fact_kind::asset_ready, "asset_ready", "video.asset.ready"},
    row{fact_kind::asset_completed, "asset_completed", "video.asset.live_stream_completed"},
    row{fact_kind::asset_errored, "asset_errored", "video.asset.errored"},
    row{fact_kind::asset_deleted, "asset_deleted", "video.asset.deleted"},
};

// name_of finds a kind by its place.
static_assert(std::ranges::is_sorted(rows, {}, &row::kind) &&
              rows.size() == static_cast<std::size_t>(fact_kind::asset_deleted) + 1);

std::optional<fact_kind> kind_where(std::string_view row::* column, std::string_view text) {
  const auto found = std::ranges::find(rows, text, column);
  return found == rows.end() ? std::nullopt : std::optional(found->kind);
}

} // namespace

std::string_view name_of(fact_kind kind) noexcept { return rows[static_cast<std::size_t>(kind)].name; }

std::optional<fact_kind> fact_kind_named(std::string_view name) noexcept {
  return kind_where(&row::name, name);
}

std::optional<fact_kind> fact_kind_of_event(std::string_view type) noexcept {
  return kind_where(&row::event, type);
}

} // namespace mux
