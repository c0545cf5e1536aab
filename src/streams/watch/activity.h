// What happened to a stream, and who did it: what its owner reads when something went wrong on Saturday.
#pragma once

#include "cloudflare/fact.h"
#include "edge/clock.h"
#include "json/writer.h"
#include "mux/fact.h"
#include "streams/model/change.h"
#include "streams/model/stream.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace streams {

class activity {
public:
  explicit activity(const stream_record& stream);

  // Adds a stored fact, in any order. What is not for people is left out.
  void fold(const change& asked);
  void fold(const mux::fact& said);
  void fold(const cloudflare::fact& said);

  // [{at, kind, source, by, detail}], the newest first, with nulls for what is not known. The last entry is
  // the creation.
  [[nodiscard]] json::array view() const;

private:
  // Who tells it: the phone by our WHIP proxy, or a provider.
  enum class teller : std::uint8_t { nobody, phone, cloudflare, mux };

  struct entry {
    edge::timestamp at;
    std::string_view kind;
    teller source = teller::nobody;
    std::string by = {};
    std::string detail = {};
    std::string recording = {}; // its id: what is said of it twice happened once

    [[nodiscard]] bool says_the_same(const entry& other) const;
  };

  void add(entry what);

  std::vector<entry> entries_; // the oldest first
};

} // namespace streams
