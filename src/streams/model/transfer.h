// A recording that we make at a provider: a copy of the other provider's, a part of one that it has, or what
// a phone uploads.
#pragma once

#include "edge/clock.h"
#include "json/reader.h"
#include "json/writer.h"
#include "streams/model/recording.h"
#include "streams/model/registers.h"

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace streams {

enum class transfer_state : std::uint8_t {
  begun,      // nothing may exist at the provider yet
  uploading,  // a phone has an address to upload to
  processing, // the provider has it and makes a recording of it
  ready,
  failed,
  gone, // nothing was uploaded in time, or the recording was deleted
};

std::string_view name_of(transfer_state state);

// The part of a recording that a clip shows.
struct recording_part {
  std::string of; // the recording's id
  std::chrono::seconds from{};
  std::optional<std::chrono::seconds> to = std::nullopt; // without it, to the end

  auto operator<=>(const recording_part&) const = default;
};

struct transfer {
  recording_source to;
  recording_origin origin = recording_origin::copy;
  // A copy: the id of the recording that is copied. An upload or a clip: its own name.
  std::string of;
  transfer_state state = transfer_state::begun;
  std::string id = {};              // at the provider, once it is known
  edge::timestamp begun = {};       // when what it shows began
  edge::milliseconds duration = {}; // of what is copied or uploaded; in the end, of the recording
  edge::timestamp until = {};       // an upload: when its address expires. Else: when it was intended.
  std::optional<std::int64_t> percent = std::nullopt; // of the processing, where the provider tells
  std::string playback = {};                          // ready: as in a recording
  std::string reason = {};                            // failed: a code
  std::optional<recording_part> part = std::nullopt;  // a clip: what it shows

  [[nodiscard]] bool is_over() const { return state >= transfer_state::ready; }
  // The recording that it is made of; an unknown id for an upload.
  [[nodiscard]] const std::string& source() const { return part ? part->of : of; }
  // Whether the provider has, or had, what it makes a recording of.
  [[nodiscard]] bool is_recording() const { return !id.empty() && state >= transfer_state::processing; }

  auto operator<=>(const transfer&) const = default;

  // Adds what it says, as known then, to the recording that it makes.
  void tell(recording& made, edge::timestamp at) const;

  [[nodiscard]] json::object to_json() const;
  // Nullopt for what to_json does not write.
  static std::optional<transfer> from_json(const json::value& from);
};

// A stream's transfers: of each, what was said last.
class transfers {
public:
  void join(const latest<transfer>& said);

  // Sorted by provider and name.
  [[nodiscard]] const std::vector<latest<transfer>>& all() const { return all_; }
  // Null if it is unknown.
  [[nodiscard]] const latest<transfer>* find(recording_source to, std::string_view of) const;
  // The transfer that made the recording; null for one of a broadcast.
  [[nodiscard]] const transfer* maker_of(const recording& made) const;

  bool operator==(const transfers&) const = default;

private:
  std::vector<latest<transfer>> all_;
};

// Codes of ours for a copy that cannot be made.
inline constexpr std::string_view too_long_to_copy = "TOO_LONG";
inline constexpr std::string_view nothing_to_copy = "SOURCE_GONE";
inline constexpr std::string_view copy_was_refused = "REFUSED";
inline constexpr std::string_view clip_was_refused = "CLIP_REFUSED";
inline constexpr std::string_view no_file = "NO_FILE";
inline constexpr std::string_view took_too_long = "TIMEOUT";
inline constexpr std::string_view no_signing_keys = "NO_SIGNING_KEYS";

// Why a copy failed, in a sentence for the stream's owner.
std::string describe_failure(const transfer& failed);

} // namespace streams
