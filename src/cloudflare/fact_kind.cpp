// The kinds of fact with their names and what they come from.
#include "cloudflare/fact_kind.h"

#include <algorithm>
#include <array>

namespace cloudflare {
namespace {

struct row {
  fact_kind kind;
  std::string_view name;
  std::string_view event; // of a live input; a video has none
};

constexpr std::array rows = {
    row{fact_kind::video_live, "video_live", "-"},
    row{fact_kind::video_ready, "video_ready", "-"},
    row{fact_kind::video_failed, "video_failed", "-"},
    row{fact_kind::input_connected, "input_connected", "live_input.connected"},
    row{fact_kind::input_disconnected, "input_disconnected", "live_input.disconnected"},
    row{fact_kind::input_errored, "input_errored", "live_input.errored"},
};

// name_of finds a kind by its place.
static_assert(std::ranges::is_sorted(rows, {}, &row::kind) &&
              rows.size() == static_cast<std::size_t>(fact_kind::input_errored) + 1);

std::optional<fact_kind> kind_where(std::string_view row::* column, std::string_view text) {
  const auto found = std::ranges::find(rows, text, column);
  return found == rows.end() || text == "-" ? std::nullopt : std::optional(found->kind);
}

} // namespace

std::string_view name_of(fact_kind kind) noexcept { return rows[static_cast<std::size_t>(kind)].name; }

std::optional<fact_kind> fact_kind_named(std::string_view name) noexcept {
  return kind_where(&row::name, name);
}

std::optional<fact_kind> fact_kind_of_event(std::string_view event_type) noexcept {
  return kind_where(&row::event, event_type);
}

} // namespace cloudflare
