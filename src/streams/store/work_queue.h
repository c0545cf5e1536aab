// Work that is written down before it is done, so that reconcile finishes it when the request dies.
#pragma once

#include "edge/clock.h"
#include "edge/host.h"
#include "streams/store/kv.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace streams {

// A creation, written before the first provider call. An intent without a record says what to look for at the
// providers.
struct intent {
  std::string stream_id;
  std::string tag; // of the provider objects
  std::string created_by;
  std::optional<std::string> memorial_id;
  edge::timestamp created_at;

  [[nodiscard]] std::string to_text() const;
  // Nullopt for a text that to_text does not write.
  static std::optional<intent> from_text(std::string_view stream_id, std::string_view text);
};

// A change that was asked for and may not be complete, or a fact that may not be folded. Each has a key of
// its own, which goes when the schedule has found it complete. What to do follows from the stream's facts.
struct pending_change {
  std::string stream_id; // for a fact about a live input, the live input's id
  std::string id;        // letters and digits
  edge::timestamp since;

  // A fact to fold. Written with the fact.
  static pending_change fold_of(std::string_view stream_id, std::string_view fact, edge::timestamp now);
  // A webhook that cannot be read is about the stream: the providers are to be asked at once.
  static pending_change check_of(std::string_view stream_id, const edge::host& host);
  [[nodiscard]] bool is_fold() const { return id.starts_with("fold-"); }
  [[nodiscard]] bool is_check() const { return id == "fold-check"; }
  // That output was added, and another try to add it may still take effect.
  static pending_change output_of(std::string_view stream_id, std::string_view output, edge::timestamp now);
  // Empty for anything else.
  [[nodiscard]] std::string_view output() const;
};

struct unfinished_work {
  std::vector<intent> creations;
  std::vector<pending_change> changes;
  std::size_t left_out = 0; // creations, and one if there are more keys than a run reads
};

class work_queue {
public:
  explicit work_queue(kv store) : kv_(store) {}

  // What is put here is set due for when its request is over at the latest.
  edge::task<edge::status> put(const intent& what);
  edge::task<edge::status> remove_intent(std::string_view stream_id);
  edge::task<edge::outcome<bool>> has_intent(std::string_view stream_id);

  edge::task<edge::status> put(const pending_change& what);
  edge::task<edge::status> remove(const pending_change& what);

  // The changes, and the 100 oldest creations, the oldest first, among the first 10,000 keys. Unreadable
  // entries are left out.
  edge::task<edge::outcome<unfinished_work>> list() { return list_below(""); }
  // Those of one stream.
  edge::task<edge::outcome<unfinished_work>> list_of(std::string_view stream_id) {
    return list_below(stream_id);
  }

private:
  edge::task<edge::outcome<unfinished_work>> list_below(std::string_view stream_id);
  // Writes a key and has the stream's room know when it is due, both at once.
  edge::task<edge::status> put_due(std::string key, std::string value, std::string metadata,
                                   std::string_view stream_id, edge::timestamp at);

  kv kv_;
};

} // namespace streams
